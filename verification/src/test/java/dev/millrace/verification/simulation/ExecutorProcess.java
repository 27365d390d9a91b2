package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.executor.ExecutorLoop;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.traces.Traces;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One life of an executor's agent: the deployed loop, on a simulated machine. */
final class ExecutorProcess extends SimulatedProcess {
  private final World world;
  final Machine machine;
  private final SimulatedDriver driver;
  private final SimulatedClaims claims;
  private int turnsToLive = Integer.MAX_VALUE;
  private @Nullable ExecutorLoop loop;

  ExecutorProcess(World world, Machine machine, int life) {
    super(world.broker, machine.executor + "-" + life);
    this.world = world;
    this.machine = machine;
    this.driver = new SimulatedDriver(machine, name, broker);
    this.claims = new SimulatedClaims(world);
    bus.blocking();
    if (broker.chaos.strikes(Fault.EXECUTOR_DIES_BEFORE_IT_IS_HEARD)) {
      bus.signsLate = true;
      turnsToLive = 2 + broker.chaos.upTo(8);
    }
    world.mutation.prepare(world, this);
  }

  static ExecutorSettings settings(String id) {
    return new ExecutorSettings(
        new ExecutorId(id),
        Machine.SLOTS,
        URI.create("http://localhost/git"),
        Duration.ofMillis(400),
        Duration.ofMillis(2_400),
        Duration.ofMillis(600),
        Duration.ofMillis(500),
        Duration.ofMillis(20),
        1 << 20,
        Duration.ZERO,
        "default",
        "any",
        Map.of());
  }

  @Override
  void step() {
    ExecutorLoop running = loop == null ? begin() : loop;
    if (turns > turnsToLive) {
      die();
    }
    if (running == null || !alive) {
      return;
    }
    driver.deliver();
    claims.deliver();
    try {
      running.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable ExecutorLoop begin() {
    driver.start();
    try {
      loop =
          new ExecutorLoop(
              bus,
              world.mutation.executorSettings(settings(machine.executor)),
              driver,
              world.mutation.claims(world, claims),
              timing(),
              world.mutation.uptime(broker.time::uptime, this),
              () -> ExecutorRef.incarnation(++machine.lives, name + "-" + world.id()),
              () -> name + "-" + world.id(),
              Traces.OFF,
              failure -> {
                throw new Violation("%s is broken: %s".formatted(name, failure));
              });
      return loop;
    } catch (BusException e) {
      giveUp(e);
      return null;
    }
  }
}
