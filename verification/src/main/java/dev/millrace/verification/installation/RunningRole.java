package dev.millrace.verification.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One life of a part of a server in a process of its own. */
public record RunningRole(Process process, Path output) {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /** Waits until it says that it is ready; fails with its output if it does not. */
  public RunningRole awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!Files.readString(output).contains("is ready")) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("not ready: " + Files.readString(output));
      }
      Thread.sleep(20);
    }
    return this;
  }

  /** As {@code kill -9} of its process; what it started is left as it is. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill -STOP}: it does nothing any more, and nobody is told. */
  public void freeze() throws IOException, InterruptedException {
    var signal = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start();
    if (signal.waitFor() != 0) {
      throw new IllegalStateException("cannot stop process " + process.pid());
    }
  }
}
