package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Promises 1, 2, 5 and 11: what was acknowledged survives kill -9 of the server at any moment.
 * Seed: {@code -Dkill.seed=N}.
 */
final class KillIT {
  private static final int RANDOM_KILLS = Integer.getInteger("kill.random", 10);
  private static final int KILLS_PER_POINT = Integer.getInteger("kill.per.point", 3);
  private static final String[] OPTIONS = {"--allow-unsandboxed", "--driver", "host-plain"};

  @TempDir Path outside;

  @Test
  void nothingIsLostAndNothingHappensTwiceWhenKilledAtRandomMoments() throws Exception {
    Random random = seeded();
    try (var installation = Installation.create()) {
      var effects = new Effects(outside.resolve("effects"));
      RunningServer server = installation.upAndReady(OPTIONS);
      server.api().createProject("work");
      var workload = new Workload(installation, effects, "work");
      for (int kill = 0; kill < RANDOM_KILLS; kill++) {
        // Not a wait for something: the moment of the kill is what is random.
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1800));
        server.kill();
        server = installation.upAndReady(OPTIONS);
      }
      workload.close();
      check(server, workload, effects, RANDOM_KILLS);
      server.stop();
    }
  }

  @Test
  void nothingIsLostAndNothingHappensTwiceWhenKilledBetweenTwoWrites() throws Exception {
    Random random = seeded();
    try (var installation = Installation.create()) {
      var effects = new Effects(outside.resolve("effects"));
      RunningServer server = installation.upAndReady(OPTIONS);
      server.api().createProject("work");
      server.stop();
      var workload = new Workload(installation, effects, "work");
      int kills = 0;
      for (CrashPoint point : CrashPoint.values()) {
        for (int i = 0; i < KILLS_PER_POINT; i++) {
          int times = 1 + random.nextInt(10);
          var process =
              installation.launchedBy(HaltingUp.command(point, times)).up(OPTIONS).process();
          assertThat(process.waitFor(90, TimeUnit.SECONDS))
              .as("the server reached %s %d times", point, times)
              .isTrue();
          assertThat(process.exitValue()).as("killed at %s", point).isEqualTo(137);
          kills++;
        }
      }
      installation.launchedBy(List.of(Installation.script().toString()));
      server = installation.upAndReady(OPTIONS);
      workload.close();
      check(server, workload, effects, kills);
      server.stop();
    }
  }

  private static void check(RunningServer server, Workload workload, Effects effects, int kills)
      throws Exception {
    Api api = server.api();
    List<JsonNode> runs = allEnded(api);
    Set<Long> numbers = new HashSet<>();
    Map<String, Integer> runsOfCommit = new HashMap<>();
    List<String> unexpected = new ArrayList<>();
    int lost = 0;
    for (JsonNode run : runs) {
      numbers.add(run.get("number").asLong());
      String commit = run.at("/annotations/commit_sha").asString("");
      if (!commit.isEmpty()) {
        runsOfCommit.merge(commit, 1, Integer::sum);
      }
      if (!run.get("result").asString().equals("success")) {
        if (wasOnTheExecutor(api.run("work", run.get("number").asLong()))) {
          lost++;
        } else {
          unexpected.add(run.toString());
        }
      }
    }
    System.out.printf(
        "kills %d, runs %d, acknowledged %d, pushes accepted %d, runs lost with their executor"
            + " %d%n",
        kills, runs.size(), workload.acknowledged().size(), workload.accepted().size(), lost);
    assertThat(workload.acknowledged()).as("the load was real").hasSizeGreaterThan(kills);
    assertThat(workload.accepted()).isNotEmpty();
    assertThat(numbers).as("acknowledged runs").containsAll(workload.acknowledged());
    assertThat(runsOfCommit)
        .as("accepted pushes")
        .containsKeys(workload.accepted().toArray(String[]::new));
    assertThat(runsOfCommit.values()).as("runs of one push").allMatch(count -> count == 1);
    assertThat(unexpected).as("runs that did not succeed though no attempt was lost").isEmpty();
    effects.assertNothingTwice();
  }

  private static boolean wasOnTheExecutor(JsonNode run) {
    for (JsonNode task : run.get("tasks")) {
      for (JsonNode attempt : task.path("attempts")) {
        if (attempt.path("outcome").asString("").equals("lost")) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<JsonNode> allEnded(Api api) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (true) {
      List<JsonNode> runs = api.runs("work");
      boolean ended =
          runs.stream()
              .allMatch(
                  run ->
                      Set.of("finished", "cancelled", "setuperror")
                          .contains(run.get("phase").asString()));
      if (ended) {
        return runs;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not ended within two minutes: " + runs);
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static Random seeded() {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    System.out.printf(
        "seed %d; again: mvn -pl verification -am verify -Dtest=KillIT -Dkill.seed=%d"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        seed, seed);
    return new Random(seed);
  }
}
