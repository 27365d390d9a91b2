package dev.millrace.bench;

import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.LocalCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long nothing is decided when one of two run services of the local cluster is killed, with
 * many active runs: from the kill, and from when its lease has lapsed, to the first decision in the
 * project that had to wait longest. Half of the partitions change hands.
 */
final class TakeoverBenchmark implements Benchmark {
  private static final int ACTIVE = Integer.getInteger("bench.active", 10_000);
  private static final int TOGETHER = 100;
  private static final int PROJECTS = 32;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String LEASES = "writers/run-events/";
  private static final String RUN =
      """
      {"name": "probe-%d", "tasks": [{"name": "t", "needs_approval": true, "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  @Override
  public void measure(Figures figures) throws Exception {
    try (var cluster = LocalCluster.temporary("--driver", "dummy");
        var etcd = EtcdCoordinationStore.open(etcd(cluster), System::nanoTime);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> projects = projects(cluster.api(1));
      for (String killed : List.of("runservice-1", "runservice-2")) {
        awaitWriters(etcd, 2);
        long kill = System.nanoTime();
        cluster.kill(killed);
        List<Future<Long>> decided = new ArrayList<>();
        for (String project : projects) {
          decided.add(threads.submit(() -> decided(cluster.api(2), project)));
        }
        long lapse = awaitWriters(etcd, 1);
        long last = kill;
        for (Future<Long> each : decided) {
          last = Math.max(last, each.get(1, TimeUnit.MINUTES));
        }
        figures.add("lapse_to_first_decision_s", Math.max(0, last - lapse) / 1e9, "s");
        figures.add("kill_to_first_decision_s", (last - kill) / 1e9, "s");
        cluster.restart(killed);
      }
    }
  }

  private static EtcdSettings etcd(LocalCluster cluster) throws Exception {
    return new EtcdSettings(
        cluster.etcd(),
        "millrace",
        new EtcdSettings.Login("millrace", cluster.secret("etcd-millrace")),
        new EtcdSettings.Tls(cluster.authority(), null, null));
  }

  private static List<String> projects(Api api) throws Exception {
    List<String> projects = IntStream.range(0, PROJECTS).mapToObj(i -> "waits-" + i).toList();
    for (String project : projects) {
      api.createProject(project);
    }
    String runs =
        IntStream.range(0, TOGETHER)
            .mapToObj(RUN::formatted)
            .collect(Collectors.joining(",", "{\"runs\": [", "]}"));
    for (int made = 0; made < ACTIVE; made += TOGETHER) {
      String project = projects.get(made / TOGETHER % PROJECTS);
      var _ = api.createRunsInsistently(project, runs, "fill-" + made, () -> true);
    }
    return projects;
  }

  /** When a command was decided that is sent now. */
  private static long decided(Api api, String project) throws InterruptedException {
    long now = System.nanoTime();
    var _ =
        api.createRunInsistently(project, RUN.formatted(now), "probe-" + project + now, () -> true);
    return System.nanoTime();
  }

  /** When there were so many. */
  private static long awaitWriters(EtcdCoordinationStore etcd, int count)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (etcd.holders(LEASES).size() != count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not %d writers but %s".formatted(count, etcd.holders("")));
      }
      Thread.sleep(20);
    }
    return System.nanoTime();
  }
}
