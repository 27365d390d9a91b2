package dev.millrace.launcher.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was opened one after the other, and is closed the other way round. Any thread: it may be
 * closed while somebody still opens more.
 */
final class Opened implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Opened.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Keeps a part until this is closed.
   *
   * @throws StartException if it is closed already; the part is closed then too
   */
  <T extends AutoCloseable> T keep(T part) throws StartException {
    synchronized (parts) {
      if (!closed) {
        parts.push(part);
        return part;
      }
    }
    closeQuietly(part);
    throw new StartException("stopped while starting");
  }

  /** Closes all, the one that was opened last first; what fails is told in the log. */
  @Override
  public void close() {
    for (AutoCloseable part = next(); part != null; part = next()) {
      closeQuietly(part);
    }
  }

  private @Nullable AutoCloseable next() {
    synchronized (parts) {
      closed = true;
      return parts.poll();
    }
  }

  static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("a part did not end cleanly", e);
    }
  }
}
