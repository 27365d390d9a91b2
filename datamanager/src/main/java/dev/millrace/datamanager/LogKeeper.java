package dev.millrace.datamanager;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.logs.LogArchiver;
import dev.millrace.events.run.RunEvent;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.ArchiveWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives logs, and merges what was archived, if it is this datamanager's turn. On one thread, of
 * its own: much may come, and runs are not to wait for it, but for what is deleted.
 */
final class LogKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

  private final LogArchiver logs;
  private final ArchiveWriter writer;
  private final WorkLease lease;
  private final Timing timing;
  private final ReentrantLock turn = new ReentrantLock();
  private final Errands errands;
  private volatile long tryAt;

  LogKeeper(LogArchiver logs, ArchiveWriter writer, WorkLease lease, Timing timing) {
    this.logs = logs;
    this.writer = writer;
    this.lease = lease;
    this.timing = timing;
    this.errands = new Errands(logs::wakeup);
    this.tryAt = nanos();
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  void step(Duration wait) {
    inTurn(errands::run);
    long pause = tryAt - nanos();
    if (pause > 0) {
      LockSupport.parkNanos(Math.min(wait.toNanos(), pause));
      return;
    }
    turn.lock();
    try {
      if (!logs.isFull()) {
        logs.read(Duration.ofNanos(Math.min(wait.toNanos(), logs.idleFor())));
      }
      if (logs.idleFor() == 0) {
        archive();
      }
    } catch (StorageException | UncheckedIOException | BusException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.warn("cannot archive logs yet, {} KiB wait: {}", logs.waiting() >> 10, e.getMessage());
      }
      tryAt = nanos() + DataManager.RETRY.toNanos();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Forgets the logs that these deletions are about, once for all: what was written before now is
   * archived before. Any thread, unlike all else here.
   *
   * @throws StorageException if it has not, as all that cannot be read or written here
   */
  void delete(List<RunEvent.OfEnded> deletions) {
    inTurn(() -> logs.delete(deletions));
  }

  private void inTurn(Runnable work) {
    turn.lock();
    try {
      work.run();
    } finally {
      turn.unlock();
    }
  }

  /**
   * As {@link ArchiveWriter#tidy}. Any thread.
   *
   * @param retention null: for ever
   */
  boolean tidy(Instant now, @Nullable Duration retention) {
    turn.lock();
    try {
      return writer.tidy(now, retention);
    } finally {
      turn.unlock();
    }
  }

  /**
   * Archives all that was written before the call. Any other thread; blocks.
   *
   * @throws BusException if that is not done in time
   */
  void archiveNow(Duration patience) throws InterruptedException {
    boolean _ =
        errands.done(
            () -> {
              logs.archiveToTheEnd(patience);
              return true;
            });
  }

  private void archive() {
    if (!lease.isHeld()) {
      logs.forgetWaiting();
      tryAt = nanos() + DataManager.RETRY.toNanos();
      return;
    }
    logs.archive();
    DataManager.merge(writer, "logs");
  }

  private long nanos() {
    return timing.nanos().getAsLong();
  }

  @Override
  public void close() {
    errands.close();
    logs.close();
  }
}
