package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    Random random = seeded("KillIT");
    try (var installation = Spoken.installation()) {
      var effects = new Effects(outside.resolve("effects"), "0.05");
      RunningServer server = installation.upAndReady(OPTIONS);
      server.api().createProject("work");
      var workload = new Workload(installation, effects, "work", 300);
      for (int kill = 0; kill < RANDOM_KILLS; kill++) {
        // Not a wait for something: the moment of the kill is what is random.
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1800));
        server.kill();
        server = installation.upAndReady(OPTIONS);
      }
      workload.awaitMoreThan(RANDOM_KILLS);
      workload.close();
      Outcome.of(server.api(), "work", workload).assertKept(workload, effects, RANDOM_KILLS);
      server.stop();
    }
  }

  @Test
  void nothingIsLostAndNothingHappensTwiceWhenKilledBetweenTwoWrites() throws Exception {
    Random random = seeded("KillIT");
    try (var installation = Spoken.installation()) {
      var effects = new Effects(outside.resolve("effects"), "0.05");
      RunningServer server = installation.upAndReady(OPTIONS);
      server.api().createProject("work");
      server.stop();
      var workload = new Workload(installation, effects, "work", 300);
      int kills = 0;
      for (CrashPoint point : CrashPoint.values()) {
        for (int i = 0; i < KILLS_PER_POINT; i++) {
          int times = 1 + random.nextInt(8);
          long began = System.nanoTime();
          RunningServer halting =
              installation.launchedBy(HaltingUp.command(point, times)).up(OPTIONS);
          boolean ended = halting.process().waitFor(3, TimeUnit.MINUTES);
          assertThat(ended ? halting.process().exitValue() : -1)
              .as("killed at %s the %d. time; it printed: %s", point, times, halting.output())
              .isEqualTo(HaltingBus.KILLED);
          System.out.printf(
              "killed at %s the %d. time, after %d ms%n",
              point, times, (System.nanoTime() - began) / 1_000_000);
          kills++;
        }
      }
      installation.launchedBy(List.of(Installation.script().toString()));
      server = installation.upAndReady(OPTIONS);
      workload.awaitMoreThan(kills);
      workload.close();
      Outcome.of(server.api(), "work", workload).assertKept(workload, effects, kills);
      server.stop();
    }
  }

  /** Chance whose seed is told, and how to have it again. */
  static Random seeded(String test) {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    System.out.printf(
        "seed %d; again: mvn -pl verification -am verify -Dtest=%s -Dkill.seed=%d"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        seed, test, seed);
    return new Random(seed);
  }
}
