package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** One-task runs end to end with the dummy driver: runs a second, and what a run costs. */
final class ThroughputBenchmark implements Benchmark {
  private static final int WARM_UP = Integer.getInteger("bench.warm", 40_000);
  private static final int RUNS = 10_000;
  private static final int AT_ONCE = 32; // as many as a server answers however long they take

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", "--slots", "256");
      var api = server.api();
      var projects = IntStream.range(0, 32).mapToObj(i -> "bench-" + i).toList();
      for (String project : projects) {
        api.createProject(project);
      }
      offer(api, projects, WARM_UP);
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

  /** As fast as they are answered, with at most {@link #AT_ONCE} calls under way. */
  private static void offer(Api api, List<String> projects, int count) throws Exception {
    var places = new Semaphore(AT_ONCE);
    var failed = new AtomicReference<Throwable>();
    for (int i = 0; i < count && failed.get() == null; i++) {
      places.acquire();
      var _ =
          api.createRun(projects.get(i % projects.size()), Specs.run(i, dummy()))
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      failed.set(failure);
                    }
                    places.release();
                  });
    }
    places.acquire(AT_ONCE);
    if (failed.get() != null) {
      throw new IllegalStateException("a run was not created", failed.get());
    }
  }

  private static Specs.Task dummy() {
    return Specs.task("task", List.of(), "true");
  }
}
