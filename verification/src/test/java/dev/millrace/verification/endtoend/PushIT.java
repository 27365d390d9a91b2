package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From a push to a green run, as a user goes: promises 1 and 6; rows S1 to S4, S8, S10, S12. */
final class PushIT {
  private static Installation installation;
  private static RunningServer server;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    installation = Installation.create();
    server = installation.upAndReady("--allow-unsandboxed");
    api = server.api();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
    installation.close();
  }

  private static GitRepository project(String name) throws Exception {
    installation.millrace("project", "create", name).expectSuccess();
    return GitRepository.of(installation, name, "user/admin/" + name);
  }

  @Test
  void aPushBecomesAGreenRunWhoseLogIsByteForByteWhatItPrinted() throws Exception {
    String commit =
        project("green")
            .write(
                ".millrace/config.yml",
                """
                runs:
                  - name: build
                    tasks:
                      - name: compile
                        steps:
                          - clone
                          - run: cat greeting
                          - run:
                              name: bytes
                              command: |
                                i=0
                                while [ $i -lt 2000 ]; do printf 'line %d \\303\\251\\000\\n' $i; i=$((i+1)); done
                      - name: unit
                        depends: [compile]
                        steps:
                          - run: echo unit $MILLRACE_GIT_BRANCH
                      - name: broken
                        ignore_failure: true
                        depends: [compile]
                        steps:
                          - run: exit 7
                """)
            .write("greeting", "good morning\n")
            .commit("first");
    pushed("green", "main");
    JsonNode run = api.awaitEnd("green", 1);
    assertThat(run.get("result").asString()).isEqualTo("success");
    assertThat(run.at("/annotations/commit_sha").asString()).isEqualTo(commit);
    assertThat(run.get("group").asString()).endsWith("/branch/main");
    assertThat(api.log("green", 1, "compile", 1)).isEqualTo("good morning\n");
    assertThat(api.log("green", 1, "unit", 0)).isEqualTo("unit main\n");
    assertThat(api.logBytes("green", 1, "compile", 2)).isEqualTo(expectedLines());
    JsonNode broken = task(run, "broken");
    assertThat(broken.get("status").asString()).isEqualTo("failed");
    assertThat(broken.at("/attempts/0/steps/0/exit_code").asInt()).isEqualTo(7);
  }

  private static byte[] expectedLines() {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 2000; i++) {
      all.writeBytes(("line " + i + " é\0\n").getBytes(StandardCharsets.UTF_8));
    }
    return all.toByteArray();
  }

  @Test
  void aRunWaitsForAPersonAndGoesOnWhenTheyApprove() throws Exception {
    project("careful")
        .write(
            ".millrace/config.json",
            """
            {"runs": [{"name": "ship", "tasks": [
              {"name": "deploy", "approval": true, "steps": [{"run": "echo shipped"}]}]}]}
            """)
        .commit("ship it");
    pushed("careful", "main");
    api.await("careful", 1, seen -> task(seen, "deploy").get("waiting_approval").asBoolean());
    assertThat(installation.millrace("run", "approve", "careful/1", "deploy").exit()).isZero();
    JsonNode run = api.awaitEnd("careful", 1);
    assertThat(run.get("result").asString()).isEqualTo("success");
    assertThat(task(run, "deploy").get("approved").asBoolean()).isTrue();
    assertThat(task(run, "deploy").at("/annotations/approvers").asString()).isNotEmpty();
    assertThat(installation.millrace("run", "approve", "careful/1", "deploy").exit())
        .as("approved twice")
        .isEqualTo(1);
  }

  @Test
  void aBrokenConfigurationIsARunInSetupErrorThatSaysWhatIsWrongAndWhere() throws Exception {
    project("wrong")
        .write(
            ".millrace/config.yml",
            """
            runs:
              - name: build
                tasks:
                  - name: a
                    dependz: [b]
                    steps:
                      - run: echo
                  - name: c
                    depends: [nobody]
            """)
        .commit("oops");
    pushed("wrong", "main");
    JsonNode run = api.awaitEnd("wrong", 1);
    assertThat(run.get("phase").asString()).isEqualTo("setuperror");
    String errors = run.get("setup_errors").toString();
    assertThat(errors).contains("config.yml:5").contains("dependz").contains("depends");
    assertThat(errors).as("all errors at once").contains("nobody");
    String shown = installation.millrace("run", "show", "wrong/1").out();
    assertThat(shown).contains("setuperror").contains("dependz");
  }

  @Test
  void aPushWithoutConfigurationCreatesNothingAndTheNextOneIsStillHandled() throws Exception {
    var repository = project("late").write("file", "nothing\n");
    repository.commit("no configuration yet");
    pushed("late", "main");
    repository.write(
        ".millrace/config.jsonnet",
        """
        function(ctx) { runs: [{ name: 'on ' + ctx.branch, tasks: [
          { name: 't', steps: [{ run: 'echo jsonnet' }] } ] }] }
        """);
    repository.commit("now");
    pushed("late", "main");
    JsonNode run = api.awaitEnd("late", 1);
    assertThat(run.get("name").asString()).isEqualTo("on main");
    assertThat(run.get("result").asString()).isEqualTo("success");
    assertThat(api.runs("late")).hasSize(1);
  }

  @Test
  void aRunningRunIsStoppedAndTheNextOfItsGroupBegins() throws Exception {
    api.createProject("busy");
    String spec =
        """
        {"name": "long", "tasks": [{"name": "t", "steps": [
          {"type": "run", "name": "wait", "command": "sleep 600"}]}]}
        """;
    var first = api.createRunInsistently("busy", spec, "busy-1", () -> true).orElseThrow();
    var second = api.createRunInsistently("busy", spec, "busy-2", () -> true).orElseThrow();
    api.await("busy", first, seen -> task(seen, "t").get("status").asString().equals("running"));
    assertThat(api.run("busy", second).get("phase").asString()).isEqualTo("queued");
    installation.millrace("run", "stop", "busy/" + first).expectSuccess();
    assertThat(api.awaitEnd("busy", first).get("result").asString()).isEqualTo("stopped");
    api.await("busy", second, seen -> task(seen, "t").get("status").asString().equals("running"));
    installation.millrace("run", "stop", "busy/" + second).expectSuccess();
    api.awaitEnd("busy", second);
  }

  private static void pushed(String project, String branch) throws Exception {
    var repository = installation.home().resolve("work-" + project);
    installation
        .run(repository, List.of("git", "push", "-q", "origin", "HEAD:refs/heads/" + branch))
        .expectSuccess();
  }

  private static JsonNode task(JsonNode run, String name) {
    for (JsonNode task : run.get("tasks")) {
      if (task.get("name").asString().equals(name)) {
        return task;
      }
    }
    throw new AssertionError("no task " + name + " in " + run);
  }
}
