package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.events.RunId;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Watch;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of logs as this replica knows it: what was archived since is heard of, and looked up
 * by the next who reads. To know less costs nothing but reading more from Kafka. Any thread.
 */
public final class StoredLogs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredLogs.class);
  private final LogArchive archive;
  private final AtomicBoolean news = new AtomicBoolean();
  private final Watch watch;

  /** Knows what the archive does. */
  public StoredLogs(LogArchive archive, CoordinationStore coordination) {
    this.archive = archive;
    this.watch = coordination.watch(archive.pointer(), _ -> news.set(true));
  }

  /** The archive with what was heard of; without, if that cannot be read now. */
  LogArchive archive() {
    if (news.getAndSet(false)) {
      try {
        archive.refresh();
      } catch (StorageException e) {
        LOG.debug("what was archived last is not known yet: {}", e.getMessage());
      }
    }
    return archive;
  }

  /**
   * Why nothing is kept of the log of a run that has left memory, as a sentence; empty if something
   * may be.
   *
   * @param ended when the attempt ended, if it has
   */
  Optional<String> forgotten(RunId run, String task, @Nullable Instant ended) {
    LogArchive now = archive();
    if (now.isDeleted(run, task)) {
      return Optional.of(deleted(run, task));
    }
    return now.horizon()
        .filter(horizon -> ended != null && ended.isBefore(horizon))
        .map(
            horizon ->
                "the logs of task \"%s\" of run %s are too old: none from before %s are kept"
                    .formatted(task, run, horizon));
  }

  /** The sentence of logs that somebody has deleted. */
  static String deleted(RunId run, String task) {
    return "the logs of task \"%s\" of run %s were deleted".formatted(task, run);
  }

  @Override
  public void close() {
    watch.close();
  }
}
