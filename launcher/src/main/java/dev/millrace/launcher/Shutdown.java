package dev.millrace.launcher;

import dev.millrace.launcher.client.Screen;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Ends a server cleanly when the process is asked to end, with status 0. */
final class Shutdown {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final CountDownLatch never = new CountDownLatch(1);

  private Shutdown() {}

  static Shutdown of(AutoCloseable server, Screen screen) {
    return of(server, screen, Duration.ZERO);
  }

  /**
   * As {@link #of(AutoCloseable, Screen)}.
   *
   * @param longer how much longer than usual it may take to end
   */
  static Shutdown of(AutoCloseable server, Screen screen, Duration longer) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> end(server, screen, PATIENCE.plus(longer)), "shutdown"));
    return new Shutdown();
  }

  /** Waits until the process ends. */
  void await() throws InterruptedException {
    never.await();
  }

  private static void end(AutoCloseable server, Screen screen, Duration patience) {
    Thread guard =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    Thread.sleep(patience);
                    screen.err().println("millrace: did not stop in time; ending all the same");
                    Runtime.getRuntime().halt(Exit.TRY_LATER);
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    screen.err().println("stopping");
    int exit = Exit.OK;
    try {
      server.close();
      screen.err().println("stopped");
    } catch (Exception e) {
      screen.err().println("millrace: did not stop cleanly: " + e);
      exit = Exit.REJECTED;
    }
    guard.interrupt();
    screen.err().flush();
    // Asked to end and ended: that is success, which the JVM would not say after a signal.
    Runtime.getRuntime().halt(exit);
  }
}
