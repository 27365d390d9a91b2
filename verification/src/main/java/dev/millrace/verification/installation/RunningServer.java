package dev.millrace.verification.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One life of a server. */
public final class RunningServer {
  private final Installation installation;
  private final Process process;
  private final Path output;
  private final long startedAt = System.nanoTime();
  private Duration timeToReady = Duration.ZERO;

  RunningServer(Installation installation, Process process, Path output) {
    this.installation = installation;
    this.process = process;
    this.output = output;
  }

  /** Waits until the server says that it is ready; fails with its output if it does not. */
  public RunningServer awaitReady(Duration patience) throws Exception {
    try {
      Api.awaitReady(installation.uri(), process, patience);
      timeToReady = Duration.ofNanos(System.nanoTime() - startedAt);
      awaitGreeting(patience);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + output(), e);
    }
    return this;
  }

  // The first start signs this home's client in before it greets.
  private void awaitGreeting(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!output().contains("is ready")) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new IllegalStateException("ready, but did not say so");
      }
      Thread.sleep(10);
    }
  }

  /** A client that is signed in as the administrator that the first start made. */
  public Api api() throws IOException {
    return new Api(installation.uri(), installation.token());
  }

  /** What it has printed so far. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  /** From the start of the command until readiness was seen. */
  public Duration timeToReady() {
    return timeToReady;
  }

  public Process process() {
    return process;
  }

  /** Kills the server's own process as {@code kill -9} does; what it started is left as it is. */
  public void kill() throws InterruptedException {
    // the script execs the JVM, so the process started is the server itself
    process.destroyForcibly().waitFor();
  }

  /** Asks the server to end, as Ctrl-C does, and waits for it; returns its exit status. */
  public int stop() throws Exception {
    if (process.isAlive()) {
      installation.inspect();
    }
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException("the server did not end within 30 s of being asked to");
    }
    return process.exitValue();
  }

  /** Processor time that the server and its children have used. */
  public Duration cpuTime() {
    long ticks =
        tree()
            .mapToLong(
                handle -> {
                  String[] stat = stat(handle.pid());
                  return Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
                })
            .sum();
    // USER_HZ is 100 on every Linux that Java runs on
    return Duration.ofMillis(ticks * 10);
  }

  /** Resident memory of the largest of the server's processes, in MiB. */
  public double residentMib() {
    return tree()
            .mapToLong(handle -> Long.parseLong(stat(handle.pid())[21]) * 4096)
            .max()
            .orElseThrow()
        / (double) (1 << 20);
  }

  /** The names of the files that the server has mapped into its memory. */
  public Set<String> mappedFiles() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/maps"))) {
      return lines
          .filter(line -> line.contains("/"))
          .map(line -> line.substring(line.lastIndexOf('/') + 1))
          .collect(Collectors.toSet());
    }
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .filter(ProcessHandle::isAlive);
  }

  // Fields of /proc/PID/stat from the third (state) on; see proc(5).
  private static String[] stat(long pid) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return line.substring(line.lastIndexOf(')') + 2).split(" ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
