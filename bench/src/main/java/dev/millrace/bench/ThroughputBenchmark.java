package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One-task runs end to end with the dummy driver: runs a second, and what a run costs. */
final class ThroughputBenchmark implements Benchmark {
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
      LatencyBenchmark.awaitAll(api, last(offer(api, projects, 5_000)));
      var cpu = server.cpuTime();
      long begin = System.nanoTime();
      LatencyBenchmark.awaitAll(api, last(offer(api, projects, RUNS)));
      double seconds = (System.nanoTime() - begin) / 1e9;
      figures.add("runs_per_second", RUNS / seconds, "runs/s");
      figures.add("cpu_ms_per_run", server.cpuTime().minus(cpu).toMillis() / (double) RUNS, "ms");
    }
  }

  /** Offers more than the server can take; at most 256 calls are under way. */
  private static List<Load.Created> offer(Api api, List<String> projects, int count) {
    List<Load.Created> all = new ArrayList<>();
    for (int from = 0; from < count; from += 256) {
      int base = from;
      all.addAll(
          Load.offer(
              api, projects, Math.min(256, count - from), 1e9, i -> Specs.run(base + i, dummy())));
    }
    return all;
  }

  private static Specs.Task dummy() {
    return Specs.task("task", List.of(), "true");
  }

  /** Of each project the runs created last: with fair placement they end last. */
  private static List<Load.Created> last(List<Load.Created> runs) {
    return runs.subList(Math.max(0, runs.size() - 1024), runs.size());
  }
}
