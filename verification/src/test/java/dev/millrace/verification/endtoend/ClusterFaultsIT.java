package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.verification.installation.LocalCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The local cluster under load, while one process after the other is killed, stands still, cannot
 * be reached or has a full disk: nothing is lost, nothing is there twice, every run ends, every log
 * is whole.
 *
 * <p>{@code -Dcluster.rounds=N} goes through all faults N times.
 */
@ExtendWith(SharedCluster.class)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
final class ClusterFaultsIT {
  private static final int ROUNDS = Integer.getInteger("cluster.rounds", 1);
  private static final int RUNS = 500;
  private static final int LEAST_ACTIVE = 20;
  // Longer than the lease of a writer, 3 s, and of an instance, 5 s.
  private static final Duration PAUSE = Duration.ofSeconds(8);
  private static final List<String> KILLED =
      List.of(
          "runservice-1",
          "scheduler-1",
          "datamanager-1",
          "configstore-1",
          "gateway-2",
          "executor-1",
          "kafka-1",
          "etcd-1",
          "etcd-2",
          "etcd-3",
          "s3");

  /**
   * A process that others cannot reach for a while.
   *
   * @param from whom it is cut off from: all if empty
   */
  private record Cut(String name, List<String> from, Duration length) {
    static Cut of(String name, int seconds, String... from) {
      return new Cut(name, List.of(from), Duration.ofSeconds(seconds));
    }
  }

  private static final List<Cut> CUTS =
      List.of(
          Cut.of("runservice-1", 8),
          // It holds its lease all the time, and cannot decide.
          Cut.of("runservice-2", 12, "kafka"),
          Cut.of("runservice-1", 8, "etcd"),
          Cut.of("gateway-2", 8, "runservice"),
          // Shorter than its lease, 20 s, which it also needs some of to end its tasks; and longer.
          Cut.of("executor-2", 8),
          Cut.of("executor-1", 24),
          Cut.of("etcd-1", 8));

  // Until another broker leads nobody hears the signs of life that were to be written to this one.
  private static final List<Cut> CUTS_OF_BROKERS =
      List.of(Cut.of("kafka-1", 10, "kafka"), Cut.of("kafka-2", 10));

  private final LocalCluster cluster;

  ClusterFaultsIT(LocalCluster cluster) {
    this.cluster = cluster;
  }

  private interface Faults {
    /** Has each of them while there is load; tells how many. */
    int strike(ClusterLoad load) throws Exception;
  }

  @Test
  void nothingIsLostAndNothingIsThereTwiceWhateverProcessIsKilledOrStandsStill() throws Exception {
    ClusterLoad.Came came =
        under(
            "killed",
            load -> {
              for (String name : KILLED) {
                awaitLoad(load, name);
                cluster.kill(name);
                load.awaitMore(LEAST_ACTIVE / 2); // the others go on
                cluster.restart(name);
              }
              for (String name : List.of("runservice-2", "scheduler-2")) {
                awaitLoad(load, name);
                cluster.pause(name);
                last(PAUSE);
                load.awaitMore(LEAST_ACTIVE / 2);
                cluster.resume(name);
              }
              load.awaitMore(LEAST_ACTIVE);
              return KILLED.size() + 2;
            });
    assertThat(came.attempts().keySet())
        .as("executors with lost attempts")
        .isSubsetOf("executor-1");
  }

  @Test
  void nothingIsLostAndNothingIsThereTwiceWhoeverCannotReachWhom() throws Exception {
    assumeCutting();
    ClusterLoad.Came came = under("cut", load -> cutOff(CUTS, load));
    assertThat(came.attempts().keySet())
        .as("executors with lost attempts")
        .isSubsetOf("executor-1");
  }

  @Test
  void nothingIsLostAndNothingIsThereTwiceWhereABrokerCannotReachTheOthers() throws Exception {
    assumeCutting();
    ClusterLoad.Came came = under("apart", load -> cutOff(CUTS_OF_BROKERS, load));
    assertThat(came.attempts()).as("executors with lost attempts").isEmpty();
  }

  private static void assumeCutting() {
    assumeTrue(
        LocalCluster.canCut() || "true".equals(System.getenv("CI")),
        "this test needs root, iptables and setpriv, to cut processes off");
  }

  private int cutOff(List<Cut> cuts, ClusterLoad load) throws Exception {
    for (Cut cut : cuts) {
      awaitLoad(load, cut.name() + " cut off from " + cut.from());
      cut(cut);
      try {
        last(cut.length());
        load.awaitMoreOfEach(); // the others go on with all there is
      } finally {
        cluster.heal();
      }
      awaitWork(cut.name());
    }
    return cuts.size();
  }

  private void cut(Cut cut) throws Exception {
    if (cut.from().isEmpty()) {
      cluster.cut(cut.name());
    } else {
      cluster.cutFrom(cut.name(), cut.from().toArray(String[]::new));
    }
  }

  /** Waits until one that was cut off has its part of the work again, where that can be told. */
  private void awaitWork(String name) throws Exception {
    switch (name.substring(0, name.indexOf('-'))) {
      case "runservice" -> awaitMetric(name, "millrace_ledger_writing");
      case "executor" -> awaitMetric(name, "millrace_executor_running");
      case "gateway" -> {
        var _ = cluster.api(2).call("GET", "/projects", null, 200);
      }
      default -> {}
    }
  }

  private void awaitMetric(String name, String metric) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (Scrape.of(cluster, name).sum(metric) == 0) {
      assertThat(System.nanoTime()).as("%s of %s", metric, name).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  @Test
  void aBrokerWhoseDiskIsFullIsDoneWithoutAndCatchesUpOnceThereIsRoom() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
        "this test needs root, to mount a disk");
    ClusterLoad.Came came;
    cluster.end("kafka-2");
    try (var disk = new SmallDisk(cluster.directory().resolve("data").resolve("kafka-2"), 256)) {
      try {
        cluster.restart("kafka-2");
        came = under("full", load -> fillUp(disk, load));
      } finally {
        cluster.end("kafka-2");
      }
    } finally {
      cluster.restart("kafka-2");
    }
    assertThat(came.attempts()).as("executors with lost attempts").isEmpty();
  }

  private int fillUp(SmallDisk disk, ClusterLoad load) throws Exception {
    awaitLoad(load, "the disk of kafka-2 full");
    disk.fill();
    var _ = cluster.process("kafka-2").onExit().get(1, TimeUnit.MINUTES);
    load.awaitMoreOfEach();
    disk.free();
    cluster.restart("kafka-2");
    load.awaitMoreOfEach();
    cluster.kill("kafka-3"); // without which it takes the two others to go on
    load.awaitMoreOfEach();
    cluster.restart("kafka-3");
    return 2;
  }

  private ClusterLoad.Came under(String name, Faults faults) throws Exception {
    long began = System.nanoTime();
    var load =
        new ClusterLoad(List.of(cluster.api(1), cluster.api(2)), name + "-" + began % 10_000);
    int count = 0;
    try (load) {
      load.awaitMore(LEAST_ACTIVE);
      for (int round = 0; round < ROUNDS; round++) {
        count += faults.strike(load);
      }
      while (load.acknowledged() < RUNS) {
        load.awaitMore(LEAST_ACTIVE / 2);
      }
    }
    ClusterLoad.Came came = load.assertWhole();
    System.out.printf(
        "%d faults, %d runs, attempts lost with their executor %s, %d s%n",
        count, came.runs(), came.attempts(), (System.nanoTime() - began) / 1_000_000_000);
    return came;
  }

  /** Not a wait for something: how long it lasts is the fault. */
  private static void last(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  /** Waits until the load is what it should be: the fault before may have kept half of it away. */
  private static void awaitLoad(ClusterLoad load, String next) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    int active = load.active();
    while (active < LEAST_ACTIVE) {
      assertThat(System.nanoTime()).as("runs active before %s", next).isLessThan(deadline);
      active = load.active();
    }
    System.out.printf("%s next, %d runs active%n", next, active);
  }
}
