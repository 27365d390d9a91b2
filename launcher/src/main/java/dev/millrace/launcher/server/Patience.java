package dev.millrace.launcher.server;

import dev.millrace.bus.BusException;
import dev.millrace.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for services that a process cannot do without: each is tried until it is there, and what is
 * the matter is told, each reason once. A service that says nothing is told of too, before it has
 * been given up: how long that takes is its own affair.
 */
final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Consumer<String> tell;
  private final Duration silence;
  private final CountDownLatch given = new CountDownLatch(1);
  private volatile @Nullable String why;

  Patience(Consumer<String> tell) {
    this(tell, SILENCE);
  }

  /**
   * As the other.
   *
   * @param tell hears what is waited for
   * @param silence after which a service is told of that has said nothing
   */
  Patience(Consumer<String> tell, Duration silence) {
    this.tell = tell;
    this.silence = silence;
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
   * @param name of the service, in sentences
   * @throws StartException if it cannot be, or was given up meanwhile
   */
  <T> T await(String name, Service<T> service) throws StartException {
    var wait = new Wait(name);
    CompletableFuture.delayedExecutor(silence.toMillis(), TimeUnit.MILLISECONDS)
        .execute(wait::silent);
    try {
      for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
        try {
          T got = service.get();
          wait.over();
          return got;
        } catch (StorageException | BusException e) {
          wait.failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
          wait.failed(name + ": " + DataDirectory.why(e));
        }
        pause(pause);
      }
    } finally {
      wait.end();
    }
  }

  /** From the first try of one service to its end. */
  private final class Wait {
    private final String name;
    private final Set<String> told = new HashSet<>();
    private boolean ended;

    private Wait(String name) {
      this.name = name;
    }

    private synchronized void silent() {
      if (!ended && told.isEmpty()) {
        failed("%s has not answered for %d s".formatted(name, silence.toSeconds()));
      }
    }

    /** Members of a cluster may fail in turn, each in its way: that is no news the second time. */
    private synchronized void failed(String reason) {
      why = reason;
      if (told.add(reason)) {
        log.warn("waiting: {}", reason);
        tell.accept("waiting: " + reason);
      }
    }

    private synchronized void over() {
      if (!told.isEmpty()) {
        log.info("that is over: {}", why);
        why = null;
      }
    }

    private synchronized void end() {
      ended = true;
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
