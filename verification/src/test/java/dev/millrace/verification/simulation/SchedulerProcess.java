package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.scheduler.SchedulerLoop;
import dev.millrace.scheduler.core.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One life of a scheduler: as its verticle, a reader and its loop. */
final class SchedulerProcess extends ReadingProcess {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(4));

  private final LedgerFollower<Runs, RunEvent> follower;
  private @Nullable SchedulerLoop loop;

  SchedulerProcess(World world, int number, int life) {
    super(world, "scheduler-" + number, life, /* forgets= */ true);
    follower = pieces.follower(bus, kind(), name, timing(), settings(), this);
  }

  @Override
  void step() {
    follower.step(Duration.ZERO);
    check();
    if (loop == null) {
      begin();
    }
    if (loop != null) {
      try {
        loop.step();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void begin() {
    var ready = follower.caughtUp().toCompletableFuture();
    if (ready.isCompletedExceptionally()) {
      giveUp(new BusException("not caught up", ready.exceptionNow()));
    } else if (ready.isDone()) {
      var publisher = new CommandPublisher<>(bus, Ledgers.RUNS, name);
      var timing = world.mutation.schedulerTiming(timing());
      loop = new SchedulerLoop(bus, follower, publisher, timing, world::id, PATIENCE);
    }
  }

  @Override
  Checkpoint<Runs> checkpoint(int partition) {
    return follower.checkpoint(partition);
  }
}
