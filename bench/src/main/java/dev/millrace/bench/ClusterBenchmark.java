package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The local cluster beside one server that has all roles: how many one-task runs end a second, how
 * long it is from the API call to the first instruction of the first step, and how much more of
 * sleeping tasks two executors do than one. Nineteen processes share this machine.
 */
final class ClusterBenchmark implements Benchmark {
  private static final int RUNS = Integer.getInteger("bench.runs", 2_000);
  private static final int WARM_UP = Integer.getInteger("bench.warm", 4_000);
  private static final int TIMED = 200;
  private static final int TIMED_PER_SECOND = 10;
  private static final int ASLEEP = 320;
  // So long that nothing but the slots of executors is what there is too little of.
  private static final int SLEEP_MILLIS = 4_000;
  private static final int SLEEPING_SLOTS = 16;
  private static final int SLOTS = 128;
  private static final List<String> PROJECTS =
      IntStream.range(0, 16).mapToObj(i -> "bench-" + i).toList();

  @Override
  public void measure(Figures figures) throws Exception {
    up(figures);
    try (var cluster = LocalCluster.temporary("--driver", "dummy", "--slots", "" + SLOTS)) {
      Api api = cluster.api(1);
      make(api);
      throughput(api, figures, "cluster_");
      executors(cluster, figures);
      setExecutors(cluster, "host-plain", SLOTS, 1, 2);
      latency(api, figures, "cluster_");
    }
  }

  private static void up(Figures figures) throws Exception {
    String[] slots = {"--slots", "" + 2 * SLOTS};
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", slots[0], slots[1]);
      make(server.api());
      throughput(server.api(), figures, "up_");
    }
    try (var installation = Installation.create()) {
      var server =
          installation.upAndReady(
              "--allow-unsandboxed", "--driver", "host-plain", slots[0], slots[1]);
      make(server.api());
      latency(server.api(), figures, "up_");
    }
  }

  private static void make(Api api) throws Exception {
    for (String project : PROJECTS) {
      api.createProject(project);
    }
  }

  private static void throughput(Api api, Figures figures, String prefix) throws Exception {
    Load.flatOut(api, PROJECTS, WARM_UP, i -> Specs.run(i, task("true")));
    api.awaitQuiet(PROJECTS);
    long begin = System.nanoTime();
    Load.flatOut(api, PROJECTS, RUNS, i -> Specs.run(i, task("true")));
    api.awaitQuiet(PROJECTS);
    figures.add(prefix + "runs_per_second", RUNS / ((System.nanoTime() - begin) / 1e9), "runs/s");
  }

  private static Specs.Task task(String command) {
    return Specs.task("task", List.of(), command);
  }

  /** What two executors with few slots do of tasks that sleep, against one. */
  private static void executors(LocalCluster cluster, Figures figures) throws Exception {
    cluster.end("executor-2");
    setExecutors(cluster, "dummy", SLEEPING_SLOTS, 1);
    double one = asleep(cluster.api(1));
    setExecutors(cluster, "dummy", SLEEPING_SLOTS, 2);
    double two = asleep(cluster.api(1));
    figures.add("one_executor_runs_per_second", one, "runs/s");
    figures.add("two_executors_runs_per_second", two, "runs/s");
    figures.add("two_executors_to_one", two / one, "times");
  }

  private static double asleep(Api api) throws Exception {
    long begin = System.nanoTime();
    Load.flatOut(
        api,
        PROJECTS,
        ASLEEP,
        i -> Specs.run(i, Map.of("MILLRACE_DUMMY_SLEEP", "" + SLEEP_MILLIS), task("true")));
    api.awaitQuiet(PROJECTS);
    return ASLEEP / ((System.nanoTime() - begin) / 1e9);
  }

  private static void latency(Api api, Figures figures, String prefix) throws Exception {
    timed(api, TIMED);
    LatencyBenchmark.percentiles(figures, prefix + "api_to_first_step", timed(api, TIMED));
  }

  private static Histogram timed(Api api, int count) throws Exception {
    var runs =
        Load.offer(
            api, PROJECTS, count, TIMED_PER_SECOND, i -> Specs.run(i, task("echo $EPOCHREALTIME")));
    LatencyBenchmark.awaitAll(api, runs);
    Histogram first = new ConcurrentHistogram(60_000_000L, 3);
    for (var run : runs) {
      String clock = api.log(run.project(), run.number(), "task", 0).strip().replace(".", "");
      first.recordValue(Math.max(0, Long.parseLong(clock) - run.intendedNanos() / 1000));
    }
    return first;
  }

  /** Has the executors of these numbers work so from now on. */
  private static void setExecutors(LocalCluster cluster, String driver, int slots, int... numbers)
      throws Exception {
    for (int number : numbers) {
      String name = "executor-" + number;
      Path file = cluster.directory().resolve("config").resolve(name + ".yaml");
      String text =
          Files.readString(file)
              .replaceAll("  driver: .*\n", "  driver: " + driver + "\n")
              .replaceAll("  slots: .*\n", "  slots: " + slots + "\n");
      Files.writeString(
          file, text.contains("allow_unsandboxed") ? text : text + "  allow_unsandboxed: true\n");
      cluster.restart(name);
    }
  }
}
