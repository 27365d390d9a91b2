package dev.millrace.bench;

import dev.millrace.verification.installation.Installation;
import java.time.Duration;

/** From the command to a server that is ready, and what the server costs while nothing happens. */
final class StartBenchmark implements Benchmark {
  // What was used for starting is compiled and collected by then.
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final Duration IDLE = Duration.ofSeconds(30);

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--allow-unsandboxed");
      figures.add("up_to_ready", server.timeToReady().toMillis() / 1000.0, "s");
      Thread.sleep(SETTLE);
      var before = server.cpuTime();
      Thread.sleep(IDLE);
      var used = server.cpuTime().minus(before);
      figures.add("idle_cpu", 100.0 * used.toMillis() / IDLE.toMillis(), "% of a core");
      figures.add("idle_rss", server.residentMib(), "MiB");
    }
  }
}
