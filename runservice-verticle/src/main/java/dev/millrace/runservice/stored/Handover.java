package dev.millrace.runservice.stored;

import dev.millrace.events.run.Run;
import dev.millrace.runservice.feed.Ended;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Watch;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets runs go from memory once they are archived, and adds them to the index before: whoever looks
 * in memory first and in the index then misses none. On a thread of its own.
 */
public final class Handover implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
  // A replica may hear that a run is archived before it hears that it has ended.
  private static final long LOOK_SECONDS = 30;
  private static final long RETRY_SECONDS = 5;

  private final RunFeed feed;
  private final StoredRuns stored;
  private final CoordinationStore coordination;
  private final Semaphore news = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("handover").unstarted(this::run);
  private @Nullable Watch watch;
  private volatile boolean closing;

  /** Passes over what the index has already. */
  public Handover(RunFeed feed, StoredRuns stored, CoordinationStore coordination) {
    this.feed = feed;
    this.stored = stored;
    this.coordination = coordination;
    for (int p = 0; p < feed.partitions(); p++) {
      feed.forget(p, Math.min(stored.archived(p), stored.indexed(p)));
    }
  }

  /** Begins, once. */
  public void start() {
    watch = coordination.watch(stored.pointer(), _ -> news.release());
    feed.whenDeleted(news::release);
    thread.start();
  }

  private void run() {
    try {
      boolean done = true;
      while (!closing) {
        boolean _ = news.tryAcquire(done ? LOOK_SECONDS : RETRY_SECONDS, TimeUnit.SECONDS);
        news.drainPermits();
        done = tryToHandOver();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // it is closed
    }
  }

  private boolean tryToHandOver() {
    try {
      handOver();
      return true;
    } catch (StorageException | UncheckedIOException e) {
      LOG.warn("ended runs stay in memory for now: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("ended runs stay in memory; if this goes on, start the server again", e);
    }
    return false;
  }

  /** Once, for all that is archived now and has been heard here. */
  void handOver() {
    stored.refresh();
    stored.dropExpired();
    List<Run> runs = new ArrayList<>();
    long[] upTo = new long[feed.partitions()];
    boolean more = false;
    for (int p = 0; p < upTo.length; p++) {
      // A ledger may be read from before where the index is: that must not go back.
      long indexed = stored.indexed(p);
      upTo[p] = Math.max(indexed, Math.min(stored.archived(p), feed.next(p)));
      more |= indexed < upTo[p];
      for (Ended ended : feed.endedBefore(p, upTo[p])) {
        if (ended.offset() >= indexed) {
          runs.add(ended.run());
        }
      }
    }
    // What was deleted before these positions is among the deleted.
    stored.drop(feed.deleted());
    if (more) {
      stored.index(runs, upTo);
    }
    for (int p = 0; p < upTo.length; p++) {
      feed.forget(p, upTo[p]);
    }
  }

  @Override
  public void close() {
    closing = true;
    if (watch != null) {
      watch.close();
    }
    news.release(); // no interrupt: it would close the files of the index
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
