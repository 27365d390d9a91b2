package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.LocalCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The local cluster under load, while one process after the other is killed, stands still or cannot
 * be reached: nothing is lost, nothing is there twice, every run ends, every log is whole.
 *
 * <p>{@code -Dcluster.rounds=N} goes through all faults N times.
 */
@ExtendWith(SharedCluster.class)
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

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void nothingIsLostAndNothingIsThereTwiceWhateverProcessIsKilledOrStandsStill(LocalCluster cluster)
      throws Exception {
    long began = System.nanoTime();
    var load = new ClusterLoad(List.of(cluster.api(1), cluster.api(2)), "faults-" + began % 10_000);
    int faults = 0;
    try (load) {
      load.awaitMore(LEAST_ACTIVE);
      for (int round = 0; round < ROUNDS; round++) {
        for (String name : KILLED) {
          awaitLoad(load, name);
          cluster.kill(name);
          load.awaitMore(LEAST_ACTIVE / 2); // the others go on
          cluster.restart(name);
          faults++;
        }
        for (String name : List.of("runservice-2", "scheduler-2")) {
          awaitLoad(load, name);
          cluster.pause(name);
          // Not a wait for something: how long it stands still is the fault.
          TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
          load.awaitMore(LEAST_ACTIVE / 2);
          cluster.resume(name);
          faults++;
        }
        load.awaitMore(LEAST_ACTIVE);
      }
      while (load.acknowledged() < RUNS) {
        load.awaitMore(LEAST_ACTIVE / 2);
      }
    }
    ClusterLoad.Came came = load.assertWhole();
    System.out.printf(
        "%d faults, %d runs, attempts lost with their executor %s, %d s%n",
        faults, came.runs(), came.attempts(), (System.nanoTime() - began) / 1_000_000_000);
    assertThat(came.attempts().keySet())
        .as("executors with lost attempts")
        .isSubsetOf("executor-1");
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
