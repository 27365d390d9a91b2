package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.util.List;
import java.util.stream.IntStream;

/** One-task runs end to end with the dummy driver: runs a second, and what a run costs. */
final class ThroughputBenchmark implements Benchmark {
  private static final int RUNS = 10_000;
  private static final int AT_ONCE = 256;

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", "--slots", "256");
      var api = server.api();
      var projects = IntStream.range(0, 32).mapToObj(i -> "bench-" + i).toList();
      for (String project : projects) {
        api.createProject(project);
      }
      offer(api, projects, 3_000);
      api.awaitQuiet(projects);
      var cpu = server.cpuTime();
      long begin = System.nanoTime();
      offer(api, projects, RUNS);
      api.awaitQuiet(projects);
      double seconds = (System.nanoTime() - begin) / 1e9;
      figures.add("runs_per_second", RUNS / seconds, "runs/s");
      figures.add("cpu_ms_per_run", server.cpuTime().minus(cpu).toMillis() / (double) RUNS, "ms");
    }
  }

  /** Offers more than the server can take; at most {@link #AT_ONCE} calls are under way. */
  private static void offer(Api api, List<String> projects, int count) {
    for (int from = 0; from < count; from += AT_ONCE) {
      int base = from;
      Load.offer(
          api, projects, Math.min(AT_ONCE, count - from), 1e9, i -> Specs.run(base + i, dummy()));
    }
  }

  private static Specs.Task dummy() {
    return Specs.task("task", List.of(), "true");
  }
}
