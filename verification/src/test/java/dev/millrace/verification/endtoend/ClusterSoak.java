package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.LocalCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * What {@code verification/soak} runs: a local cluster for long, under a steady load, with faults
 * at random that strike only the first of two. The second of each role lives all the time, and is
 * to take no more and more of anything. In the end every run is whole.
 *
 * <p>{@code -Dsoak.minutes} says how long, {@code -Dsoak.seed} which faults.
 */
final class ClusterSoak {
  private static final int MINUTES = Integer.getInteger("soak.minutes", 60);
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime() % 1_000_000);
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(30);
  private static final int LEAST_BETWEEN_FAULTS = 5;
  private static final int MOST_BETWEEN_FAULTS = 30;
  private static final int LONGEST_FAULT = 14;
  private static final List<String> ROLES =
      List.of("configstore", "runservice", "scheduler", "datamanager", "gateway", "executor");
  private static final List<String> STRUCK =
      List.of(
          "configstore-1",
          "runservice-1",
          "scheduler-1",
          "datamanager-1",
          "gateway-1",
          "executor-1",
          "kafka-1",
          "etcd-1");

  private static final List<String> KINDS =
      List.of("kill", "pause", "cut", "cut from kafka", "cut from etcd");

  /**
   * What is watched.
   *
   * @param slack how much of it comes and goes without a meaning
   */
  private record Watched(String title, double slack, ToDoubleFunction<Vitals> value) {}

  private static final List<Watched> WATCHED =
      List.of(
          new Watched("RSS, MiB", 16, Vitals::resident),
          new Watched("heap, MiB", 8, Vitals::heap),
          new Watched("direct, MiB", 4, Vitals::direct),
          new Watched("threads", 4, Vitals::threads),
          new Watched("descriptors", 24, Vitals::descriptors));

  private final Map<String, List<Vitals>> samples = new LinkedHashMap<>();
  private final Map<String, Integer> faults = new LinkedHashMap<>();

  @Test
  void nothingIsLostAndNothingGrows() throws Exception {
    System.out.printf(
        "seed %d; again: verification/soak --minutes %d --seed %d%n", SEED, MINUTES, SEED);
    ClusterLoad.Came came;
    try (var cluster = LocalCluster.temporary("--driver", "dummy", "--slots", "64")) {
      var load = new ClusterLoad(List.of(cluster.api(1), cluster.api(2)), "soak");
      try (load) {
        soak(cluster, load);
      }
      came = load.assertWhole();
    }
    System.out.printf(
        "%d runs, faults %s, attempts lost with their executor %s%n",
        came.runs(), faults, came.attempts());
    boolean flat = report();
    assertThat(came.attempts().keySet())
        .as("executors with lost attempts")
        .isSubsetOf("executor-1");
    assertThat(flat).as("nothing grows; see the table above").isTrue();
  }

  private void soak(LocalCluster cluster, ClusterLoad load) throws Exception {
    var random = new Random(SEED);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    long sample = System.nanoTime();
    long fault = later(random);
    while (System.nanoTime() < end) {
      if (System.nanoTime() >= sample) {
        sample(cluster);
        sample = System.nanoTime() + BETWEEN_SAMPLES.toNanos();
      } else if (System.nanoTime() >= fault) {
        strike(cluster, load, random);
        fault = later(random);
      } else {
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    sample(cluster);
  }

  private static long later(Random random) {
    return System.nanoTime()
        + TimeUnit.SECONDS.toNanos(random.nextInt(LEAST_BETWEEN_FAULTS, MOST_BETWEEN_FAULTS));
  }

  private void sample(LocalCluster cluster) throws Exception {
    for (String role : ROLES) {
      String name = role + "-2";
      samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(Vitals.of(cluster, name));
    }
  }

  private void strike(LocalCluster cluster, ClusterLoad load, Random random) throws Exception {
    String name = STRUCK.get(random.nextInt(STRUCK.size()));
    int seconds = random.nextInt(1, LONGEST_FAULT);
    String what = KINDS.get(random.nextInt(KINDS.size()));
    if (what.startsWith("cut") && !LocalCluster.canCut()) {
      what = "pause";
    }
    System.out.printf("%s %s, %d s, after %d runs%n", what, name, seconds, load.acknowledged());
    faults.merge(what, 1, Integer::sum);
    switch (what) {
      case "kill" -> cluster.kill(name);
      case "pause" -> cluster.pause(name);
      case "cut" -> cluster.cut(name);
      default -> cluster.cutFrom(name, what.substring(what.lastIndexOf(' ') + 1));
    }
    // Not a wait for something: how long it lasts is the fault.
    TimeUnit.SECONDS.sleep(seconds);
    switch (what) {
      case "kill" -> cluster.restart(name);
      case "pause" -> cluster.resume(name);
      default -> cluster.heal();
    }
    load.awaitMoreOfEach();
  }

  /** Prints a line for each process and what is watched of it; tells whether nothing grows. */
  private boolean report() {
    boolean flat = true;
    System.out.printf(
        "%-14s %-12s %9s %12s %10s  %s%n",
        "process", "of", "at first", "second third", "last third", "");
    for (var process : samples.entrySet()) {
      for (Watched watched : WATCHED) {
        List<Double> values =
            process.getValue().stream().map(watched.value::applyAsDouble).toList();
        Trend trend = Trend.of(values);
        boolean grows = !trend.isFlat(watched.slack);
        flat &= !grows;
        System.out.printf(
            "%-14s %-12s %9.1f %12.1f %10.1f  %s%n",
            process.getKey(),
            watched.title,
            values.getFirst(),
            trend.before(),
            trend.after(),
            grows ? "GROWS" : "flat");
      }
    }
    return flat;
  }
}
