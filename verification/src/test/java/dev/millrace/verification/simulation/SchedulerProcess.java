package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.scheduler.SchedulerLoop;
import dev.millrace.scheduler.core.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One life of a scheduler: a reader and its loop. */
final class SchedulerProcess extends SimulatedProcess implements FaultHandler {
  final LedgerFollower<Runs, RunEvent> follower;
  private final World world;
  private final Timings timings = new Timings();
  private final long[] checked;
  private @Nullable SchedulerLoop loop;
  boolean stopped;

  private static final class Timings {
    final Patience patience = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  SchedulerProcess(World world, int life) {
    super(world.broker, "scheduler-" + life);
    this.world = world;
    this.checked = new long[world.oracles.length];
    this.follower =
        world.mutation.follower(bus, name, timing(), world.mutation.settings(World.SETTINGS), this);
  }

  @Override
  void step() {
    follower.step(Duration.ZERO);
    for (int p = 0; p < checked.length; p++) {
      if (follower.position(p) != checked[p] && !stopped) {
        world.oracles[p].check(name + "/" + p, follower.checkpoint(p), checked[p] - 1);
        checked[p] = follower.position(p);
      }
    }
    if (loop == null && follower.caughtUp().toCompletableFuture().isDone()) {
      var publisher = new CommandPublisher<>(bus, Ledgers.RUNS, name);
      loop = new SchedulerLoop(bus, follower, publisher, timing(), world::id, timings.patience);
    }
    if (loop != null) {
      try {
        loop.step();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void stopped(String ledger, int partition, String why) {
    stopped = true;
  }

  @Override
  public void broken(String where, Throwable cause) {
    throw new Violation(where + ": " + cause);
  }
}
