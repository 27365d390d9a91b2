package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningRole;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Scheduler and executors as processes of their own beside a server, killed with kill -9 while runs
 * go on: promises 2, 4 and 5. Seed: {@code -Dkill.seed=N}.
 */
final class RolesIT {
  private static final int ROUNDS = Integer.getInteger("roles.rounds", 2);

  @TempDir Path outside;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aSchedulerAndAnExecutorThatAreKilledLoseOnlyWhatTheExecutorRan() throws Exception {
    Random random = KillIT.seeded("RolesIT");
    try (var installation = Spoken.installation()) {
      var effects = new Effects(outside.resolve("effects"), "0.4");
      RunningServer server = installation.upAndReady("--without", "scheduler,executor");
      RunningRole scheduler = installation.beside("scheduler");
      RunningRole mortal = executor(installation, "mortal");
      executor(installation, "steady").awaitReady();
      mortal.awaitReady();
      server.api().createProject("work");
      var workload = new Workload(installation, effects, "work", 1_000);
      for (int round = 0; round < ROUNDS; round++) {
        moment(random);
        scheduler.kill();
        scheduler = installation.beside("scheduler").awaitReady();
        moment(random);
        awaitWorkOn("mortal", server.api());
        mortal.kill();
        mortal = executor(installation, "mortal").awaitReady();
      }
      workload.close();
      Outcome outcome = Outcome.of(server.api(), "work", workload);
      outcome.assertKept(workload, effects, ROUNDS);
      assertThat(outcome.lostOn()).as("executors with attempts lost").allMatch("mortal"::equals);
      server.stop();
    }
  }

  @Test
  void partsThatRunApartGoOnWhenTheServerIsStartedAgain() throws Exception {
    try (var installation = Spoken.installation()) {
      String[] options = {"--without", "scheduler,executor"};
      RunningServer server = installation.upAndReady(options);
      List<RunningRole> parts =
          List.of(installation.beside("scheduler"), executor(installation, "steady"));
      for (RunningRole part : parts) {
        part.awaitReady();
      }
      server.api().createProject("on");
      assertThat(resultOfARun(server.api())).isEqualTo("success");
      server.kill();
      server = installation.upAndReady(options);
      assertThat(resultOfARun(server.api())).isEqualTo("success");
      assertThat(parts).allMatch(part -> part.process().isAlive());
      server.stop();
    }
  }

  private static String resultOfARun(Api api) throws Exception {
    String spec =
        """
        {"name": "run", "tasks": [{"name": "t", "steps": [
          {"type": "run", "name": "do", "command": "true"}]}]}
        """;
    long run = api.call("POST", "/projects/on/runs", spec, 201).at("/runs/0/number").asLong();
    return api.awaitEnd("on", run).get("result").asString();
  }

  /** Waits until the executor runs something. */
  private static void awaitWorkOn(String executor, Api api) throws Exception {
    while (true) {
      JsonNode running = api.call("GET", "/projects/work/runs?phase=running", null, 200);
      for (JsonNode run : running.get("runs")) {
        for (JsonNode task : api.run("work", run.get("number").asLong()).get("tasks")) {
          JsonNode last = task.path("attempts").path(task.path("attempts").size() - 1);
          if (last.path("executor").asString("").equals(executor)
              && last.path("claimed").asBoolean(false)
              && !last.has("outcome")) {
            return;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  // Not a wait for something: the moment of the kill is what is random.
  private static void moment(Random random) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1500));
  }

  private static RunningRole executor(Installation installation, String name) throws Exception {
    List<String> options =
        new ArrayList<>(List.of("--driver", "host-plain", "--allow-unsandboxed"));
    options.addAll(List.of("--name", name, "--slots", "2"));
    return installation.beside("executor", options.toArray(String[]::new));
  }
}
