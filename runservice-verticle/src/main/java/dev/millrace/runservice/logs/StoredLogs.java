package dev.millrace.runservice.logs;

import dev.millrace.datamanager.LogArchive;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Watch;
import java.util.concurrent.atomic.AtomicBoolean;
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

  @Override
  public void close() {
    watch.close();
  }
}
