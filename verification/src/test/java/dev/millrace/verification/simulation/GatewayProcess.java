package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Delivery;
import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.gateway.TriggerConsumer;
import dev.millrace.gateway.core.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a gateway, as far as it makes runs of deliveries. */
final class GatewayProcess extends ReadingProcess {
  private final LedgerFollower<Runs, RunEvent> follower;
  private @Nullable TriggerConsumer consumer;

  GatewayProcess(World world, int number, int life) {
    super(world, "gateway-" + number, life, /* forgets= */ true);
    follower = pieces.follower(bus, kind(), name, timing(), settings(), this);
  }

  @Override
  void step() {
    follower.step(Duration.ZERO);
    check();
    if (consumer == null) {
      begin();
    }
    if (consumer != null) {
      consumer.step(Duration.ZERO);
    }
  }

  private void begin() {
    var ready = follower.caughtUp().toCompletableFuture();
    if (ready.isCompletedExceptionally()) {
      giveUp(new BusException("not caught up", ready.exceptionNow()));
    } else if (ready.isDone()) {
      var publisher = new CommandPublisher<>(bus, Ledgers.RUNS, name);
      consumer =
          new TriggerConsumer(
              new TriggerConsumer.Ports(
                  bus, follower, publisher, this::plan, Runnable::run, timing()),
              name);
    }
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

  @Override
  Checkpoint<Runs> checkpoint(int partition) {
    return follower.checkpoint(partition);
  }
}
