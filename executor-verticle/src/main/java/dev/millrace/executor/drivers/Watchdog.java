package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A small process beside this one that ends all steps of this life when the deadline has passed
 * without having been moved, or when this process is gone. So a lease holds even for an agent that
 * is stopped, hangs or was killed.
 */
final class Watchdog implements AutoCloseable {
  private static final byte[] WAKE = "watch\n".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final Process process;
  private final OutputStream input;
  private long deadline = 999_999_999_999_999L;
  private int busy;

  /**
   * Starts it.
   *
   * @param folder where it keeps a file
   * @param session what a command is started with to be in a session of its own
   */
  Watchdog(Path folder, int life, List<String> session) {
    this.file = folder.resolve("deadline");
    write();
    var command = new ArrayList<>(session);
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            script(),
            "millrace-watchdog",
            Integer.toString(life),
            file.toString(),
            Long.toString(ProcessHandle.current().pid())));
    var builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", HostSettings.DEFAULT_PATH);
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new DriverException("cannot start /bin/sh: " + e.getMessage(), e);
    }
    this.input = process.getOutputStream();
  }

  /** Moves the deadline. */
  synchronized void holdUntil(Duration uptime) {
    deadline = uptime.toMillis() / 10;
    if (busy > 0) {
      write();
    }
  }

  /** There is one task more to guard. */
  synchronized void busier() {
    if (busy++ == 0) {
      write();
      wake();
    }
  }

  /** There is one task less to guard. */
  synchronized void idler() {
    if (--busy == 0) {
      write();
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Lets it end what is left, and itself. */
  @Override
  public synchronized void close() {
    try {
      input.close();
    } catch (IOException _) {
      process.destroyForcibly(); // it has ended already
    }
  }

  private void wake() {
    try {
      input.write(WAKE);
      input.flush();
    } catch (IOException e) {
      throw new DriverException("the watchdog is gone: no step may run without it", e);
    }
  }

  private void write() {
    Path next = file.resolveSibling("deadline.next");
    try {
      Files.writeString(next, (busy == 0 ? "idle" : Long.toString(deadline)) + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String script() {
    try (var resource =
        Objects.requireNonNull(Watchdog.class.getResourceAsStream("watchdog.sh"), "watchdog.sh")) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
