package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.events.Delivery;
import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunCommand;
import dev.millrace.gateway.DeliveryStarts;
import dev.millrace.gateway.TriggerConsumer;
import dev.millrace.gateway.core.Plan;
import dev.millrace.traces.Traces;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One life of a gateway, as far as it makes runs of deliveries. */
final class GatewayProcess extends FollowingProcess<TriggerConsumer> {
  GatewayProcess(World world, int number, int life) {
    super(world, "gateway-" + number, life);
  }

  @Override
  TriggerConsumer begin(CommandPublisher<RunCommand> publisher) {
    return new TriggerConsumer(
        new TriggerConsumer.Ports(
            bus,
            follower,
            publisher,
            DeliveryStarts.FIRST,
            this::plan,
            Runnable::run,
            timing(),
            Traces.OFF),
        name);
  }

  @Override
  void act(TriggerConsumer consumer) {
    consumer.step(Duration.ZERO);
  }

  // The same for the same delivery, but not always to be had.
  private Plan plan(Delivery delivery) throws IOException {
    if (broker.chaos.strikes(Fault.NO_PLAN)) {
      throw new IOException("the repository cannot be read");
    }
    String after = String.valueOf(delivery.after());
    RootGroup root = RootGroup.of(delivery.project());
    return after.endsWith("0")
        ? Plan.none("nothing is configured")
        : new Plan(List.of(Specs.push(root, after)), "");
  }
}
