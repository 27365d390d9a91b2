package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.launcher.Version;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.LocalCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process of each role is ended and started again in turn, under load: no run and no push is
 * lost, and no attempt of a task either. So is the last release replaced by this version, from the
 * first release on; {@code -Drelease=COMMIT} names any other commit.
 */
final class RollingIT {
  /** In the order of {@code docs/cluster.md}: those who are asked before those who ask. */
  private static final List<String> ROLES =
      List.of("configstore", "runservice", "scheduler", "datamanager", "gateway", "executor");

  private static final int RUNS = 10;

  private interface Step {
    void of(String name) throws Exception;
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  @ExtendWith(SharedCluster.class)
  void nothingIsLostWhileAProcessOfEachRoleIsStartedAgainInTurn(LocalCluster cluster)
      throws Exception {
    // The second of each role would only repeat it.
    underLoad(cluster, "rolling", instances("-1"), cluster::restart);
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void theLastReleaseIsReplacedProcessByProcessAndOneOfThemGoesBack(@TempDir Path sources)
      throws Exception {
    Optional<Release> release = Release.before();
    if (release.isEmpty()) {
      return;
    }
    release.get().unpack(sources);
    Path older = sources.resolve("launcher/target/dist");
    Path newer = Installation.script().resolveSibling("launcher/target/dist");
    try (var cluster =
        LocalCluster.ofVersion(
            sources, "--driver", "dummy", "--slots", "64", "--jvm", "-XX:TieredStopAtLevel=1")) {
      String was = versions(cluster).getFirst();
      assertThat(versions(cluster)).containsExactly(was);
      underLoad(
          cluster,
          "upgrade",
          instances("-1", "-2"),
          name -> {
            cluster.restartWith(newer, name);
            assertThat(versions(cluster)).contains(Version.text());
            if (name.equals("runservice-2")) {
              cluster.restartWith(older, name);
              assertThat(versions(cluster)).contains(was);
              cluster.restartWith(newer, name);
            }
          });
      assertThat(versions(cluster)).as("at last").containsExactly(Version.text());
    }
  }

  /** Of all instances, as whoever upgrades sees them. */
  private static SequencedSet<String> versions(LocalCluster cluster) throws Exception {
    var status = cluster.api(1).call("GET", "/status", null, 200);
    return new TreeSet<>(status.get("instances").findValuesAsString("version"));
  }

  private static List<String> instances(String... endings) {
    return ROLES.stream().flatMap(role -> Stream.of(endings).map(role::concat)).toList();
  }

  private static void underLoad(
      LocalCluster cluster, String name, List<String> processes, Step step) throws Exception {
    long began = System.nanoTime();
    String unique = name + "-" + began % 10_000;
    var load = new ClusterLoad(List.of(cluster.api(1), cluster.api(2)), unique);
    var pushes = new Pushes(cluster, unique + "-git");
    try (load;
        pushes) {
      load.awaitMore(RUNS);
      for (String process : processes) {
        step.of(process);
        load.awaitMore(RUNS);
      }
    }
    ClusterLoad.Came came = load.assertWhole();
    assertThat(came.attempts()).as("attempts that were lost, by executor").isEmpty();
    System.out.printf(
        "%s: %d processes started again, %d runs; %s; %d s%n",
        name,
        processes.size(),
        came.runs(),
        pushes.assertBuiltOnceEach(),
        (System.nanoTime() - began) / 1_000_000_000);
  }
}
