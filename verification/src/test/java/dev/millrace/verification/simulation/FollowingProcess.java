package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One life of a process that follows the ledger of runs, and acts on it once it has caught up.
 *
 * @param <T> what acts
 */
abstract class FollowingProcess<T> extends ReadingProcess {
  final LedgerFollower<Runs, RunEvent> follower;
  private @Nullable T actor;

  FollowingProcess(World world, String slot, int life) {
    super(world, slot, life, /* forgets= */ true);
    follower =
        pieces.follower(bus, kind(), name, timing(), settings(), this, noting(world.checkpoints));
  }

  /** Makes what acts, once the process has caught up. */
  abstract T begin(CommandPublisher<RunCommand> publisher);

  /** Does all there is to do. */
  abstract void act(T actor);

  @Override
  final void step() {
    follower.step(Duration.ZERO);
    check();
    if (actor == null && caughtUp()) {
      actor = begin(new CommandPublisher<>(bus, Ledgers.RUNS, name));
    }
    if (actor != null) {
      act(actor);
    }
  }

  private boolean caughtUp() {
    var ready = follower.caughtUp().toCompletableFuture();
    if (ready.isCompletedExceptionally()) {
      giveUp(new BusException("not caught up", ready.exceptionNow()));
      return false;
    }
    return ready.isDone();
  }

  @Override
  final Checkpoint<Runs> checkpoint(int partition) {
    return follower.checkpoint(partition);
  }
}
