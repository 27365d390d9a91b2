package dev.millrace.bench;

import dev.millrace.verification.installation.Installation;
import java.util.List;
import java.util.stream.IntStream;

/** One-task runs end to end with the dummy driver: runs a second, and what a run costs. */
final class ThroughputBenchmark implements Benchmark {
  private static final int WARM_UP = Integer.getInteger("bench.warm", 40_000);
  private static final int RUNS = 10_000;

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", "--slots", "256");
      var api = server.api();
      var projects = IntStream.range(0, 32).mapToObj(i -> "bench-" + i).toList();
      for (String project : projects) {
        api.createProject(project);
      }
      Load.flatOut(api, projects, WARM_UP, i -> Specs.run(i, dummy()));
      api.awaitQuiet(projects);
      var cpu = server.cpuTime();
      long begin = System.nanoTime();
      Load.flatOut(api, projects, RUNS, i -> Specs.run(i, dummy()));
      api.awaitQuiet(projects);
      double seconds = (System.nanoTime() - begin) / 1e9;
      figures.add("runs_per_second", RUNS / seconds, "runs/s");
      figures.add("cpu_ms_per_run", server.cpuTime().minus(cpu).toMillis() / (double) RUNS, "ms");
    }
  }

  private static Specs.Task dummy() {
    return Specs.task("task", List.of(), "true");
  }
}
