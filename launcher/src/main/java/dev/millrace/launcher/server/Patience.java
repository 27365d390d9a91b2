package dev.millrace.launcher.server;

import dev.millrace.bus.BusException;
import dev.millrace.storage.StorageException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for services that a process cannot do without: each is tried until it is there, and what is
 * the matter is told whenever that changes.
 */
final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Consumer<String> tell;
  private final CountDownLatch given = new CountDownLatch(1);
  private volatile @Nullable String why;

  Patience(Consumer<String> tell) {
    this.tell = tell;
  }

  /** Gives something, or fails with what may pass. */
  interface Service<T> {
    T get() throws IOException, StartException;
  }

  /** What is waited for at present; null if nothing is. Any thread. */
  @Nullable String why() {
    return why;
  }

  /**
   * What the service gives, once it does.
   *
   * @throws StartException if it cannot be, or was given up meanwhile
   */
  <T> T await(Service<T> service) throws IOException, StartException {
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        T got = service.get();
        if (why != null) {
          log.info("that is over: {}", why);
          why = null;
        }
        return got;
      } catch (StorageException | BusException e) {
        told(String.valueOf(e.getMessage()));
      }
      pause(pause);
    }
  }

  private void told(String reason) {
    if (!reason.equals(why)) {
      why = reason;
      log.warn("waiting: {}", reason);
      tell.accept("waiting: " + reason);
    }
  }

  private void pause(long millis) throws StartException {
    try {
      if (given.await(millis, TimeUnit.MILLISECONDS)) {
        throw new StartException("stopped while waiting: " + why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting: " + why, e);
    }
  }

  /** Whoever waits waits no more. Any thread. */
  void giveUp() {
    given.countDown();
  }
}
