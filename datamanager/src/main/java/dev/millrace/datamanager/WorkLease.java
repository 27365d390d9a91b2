package dev.millrace.datamanager;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which of several datamanagers works. It is taken when there is something to do, and lapses
 * while there is not. Any thread.
 */
final class WorkLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkLease.class);
  private static final String NAME = "datamanager";
  private static final Duration TTL = Duration.ofSeconds(10);

  private final CoordinationStore coordination;
  private final String instance;
  private @Nullable Lease lease;

  WorkLease(CoordinationStore coordination, String instance) {
    this.coordination = coordination;
    this.instance = instance;
  }

  /**
   * Takes it or keeps it, if nobody else has it.
   *
   * @return whether it is held now
   */
  synchronized boolean isHeld() {
    Lease held = lease;
    if (held == null || !held.keepAlive()) {
      held = coordination.acquire(NAME, instance, TTL).orElse(null);
      lease = held;
    }
    return held != null;
  }

  @Override
  public synchronized void close() {
    Lease held = lease;
    if (held != null) {
      try {
        held.close();
      } catch (CoordinationException e) {
        LOG.warn("the lease ends by itself: {}", e.getMessage());
      }
    }
  }
}
