package dev.millrace.launcher;

import dev.millrace.launcher.client.Screen;
import java.util.concurrent.CountDownLatch;

/** Ends a server cleanly when the process is asked to end, with status 0. */
final class Shutdown {
  private static final long PATIENCE_MILLIS = 30_000;
  private final CountDownLatch never = new CountDownLatch(1);

  private Shutdown() {}

  static Shutdown of(AutoCloseable server, Screen screen) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, screen), "shutdown"));
    return new Shutdown();
  }

  /** Waits until the process ends. */
  void await() throws InterruptedException {
    never.await();
  }

  private static void end(AutoCloseable server, Screen screen) {
    Thread guard =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    Thread.sleep(PATIENCE_MILLIS);
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
