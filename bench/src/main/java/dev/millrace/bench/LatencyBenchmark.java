package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;

/**
 * How long a person waits, at 50 runs a second: from the API call to the first instruction of the
 * first step, from a task's end to its dependant, from step to step, and from a line's output to
 * its viewer. Times inside steps are the step's own clock. Once with plain processes and once
 * sandboxed, for which bubblewrap has to be installed.
 */
final class LatencyBenchmark implements Benchmark {
  static final int RUNS = Integer.getInteger("bench.runs", 1_000);
  static final int WARM_UP = Integer.getInteger("bench.warm", 12_000);
  static final int PER_SECOND = Integer.getInteger("bench.rate", 50);
  private static final String CLOCK = "echo $EPOCHREALTIME";

  @Override
  public void measure(Figures figures) throws Exception {
    requireBubblewrap(); // or half an hour would pass before it is missed
    try (var installation = Installation.create()) {
      var server =
          installation.upAndReady("--allow-unsandboxed", "--driver", "host-plain", "--slots", "32");
      measure(server.api(), figures, "");
    }
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--slots", "32");
      measure(server.api(), figures, "sandbox_");
    }
  }

  private static void requireBubblewrap() {
    boolean found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "bwrap")));
    if (!found) {
      throw new IllegalStateException("bubblewrap is not installed (apt-get install bubblewrap)");
    }
  }

  private static void measure(Api api, Figures figures, String prefix) throws Exception {
    List<String> projects = List.of("bench-a", "bench-b", "bench-c", "bench-d");
    for (String project : projects) {
      api.createProject(project);
    }
    // Warm-up: the compiler of a JVM that has just started would be what is measured.
    awaitAll(api, Load.offer(api, projects, WARM_UP, PER_SECOND, LatencyBenchmark::twoTasks));
    var before = MachineTime.now();
    var created = Load.offer(api, projects, RUNS, PER_SECOND, LatencyBenchmark::twoTasks);
    double worked = MachineTime.now().workedMillis(before);
    awaitAll(api, created);
    var first = histogram();
    var dependant = histogram();
    var step = histogram();
    for (var run : created) {
      long begun = micros(api.log(run.project(), run.number(), "first", 0));
      long ended = micros(api.log(run.project(), run.number(), "first", 1));
      long next = micros(api.log(run.project(), run.number(), "second", 0));
      first.recordValue(Math.max(0, begun - run.intendedNanos() / 1000));
      step.recordValue(Math.max(0, ended - begun));
      dependant.recordValue(Math.max(0, next - ended));
    }
    percentiles(figures, prefix + "api_to_first_step", first);
    percentiles(figures, prefix + "task_to_dependant", dependant);
    figures.add(prefix + "step_to_step_p50", step.getValueAtPercentile(50) / 1000.0, "ms");
    figures.add(prefix + "machine_ms_per_run", worked / RUNS, "ms");
    logLines(api, figures, prefix, projects.getFirst());
  }

  private static byte[] twoTasks(int index) {
    return Specs.run(
        index,
        Specs.task("first", List.of(), CLOCK, CLOCK),
        Specs.task("second", List.of("first"), CLOCK));
  }

  private static void logLines(Api api, Figures figures, String prefix, String project)
      throws Exception {
    var histogram = histogram();
    String talk = "for i in {1..200}; do " + CLOCK + "; sleep 0.02; done";
    long number =
        api.createRun(project, Specs.run(1_000_000, Specs.task("talk", List.of(), talk)))
            .get(10, TimeUnit.SECONDS);
    api.followLog(
        project,
        number,
        "talk",
        0,
        line -> {
          long now = System.currentTimeMillis() * 1000;
          histogram.recordValue(Math.max(0, now - micros(line)));
        });
    if (histogram.getTotalCount() != 200) {
      throw new IllegalStateException("saw " + histogram.getTotalCount() + " of 200 lines");
    }
    percentiles(figures, prefix + "log_line_to_viewer", histogram);
  }

  static void awaitAll(Api api, List<Load.Created> runs) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    for (var run : runs) {
      for (JsonNode seen = api.run(run.project(), run.number());
          !seen.get("phase").asString().equals("finished");
          seen = api.run(run.project(), run.number())) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("not finished within two minutes: " + seen);
        }
        Thread.sleep(50);
      }
    }
  }

  private static long micros(String clock) {
    // 1700000000.123456
    return Long.parseLong(clock.strip().replace(".", ""));
  }

  private static Histogram histogram() {
    return new ConcurrentHistogram(60_000_000L, 3);
  }

  static void percentiles(Figures figures, String name, Histogram micros) {
    figures.add(name + "_p50", micros.getValueAtPercentile(50) / 1000.0, "ms");
    figures.add(name + "_p99", micros.getValueAtPercentile(99) / 1000.0, "ms");
  }
}
