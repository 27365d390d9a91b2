package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What was there is there again, however the server ended: promise 11; and one server at a time.
 */
final class RestartIT {
  private static final String CONFIG =
      """
      {"runs": [
        {"name": "build", "tasks": [{"name": "t", "steps": [{"run": "echo built $MILLRACE_GIT_COMMITSHA"}]}]},
        {"name": "ship", "tasks": [
          {"name": "deploy", "approval": true, "steps": [{"run": "echo shipped"}]}]}]}
      """;

  @Test
  void everythingIsThereAgainAfterAStopAndAfterAKill() throws Exception {
    try (var installation = Spoken.installation()) {
      RunningServer server = installation.upAndReady("--allow-unsandboxed");
      assertThat(server.mappedFiles()).as("what the build prepared").contains("server.aot");
      Api api = server.api();
      api.call("POST", "/users", "{\"name\": \"carol\"}", 201);
      String token =
          api.call("POST", "/users/carol/tokens", "{\"name\": \"laptop\"}", 201)
              .get("token")
              .asString();
      api.createProject("kept");
      var repository =
          GitRepository.of(installation, "kept", "user/admin/kept")
              .write(".millrace/config.json", CONFIG);
      repository.commit("first");
      repository.push("main").expectSuccess();
      assertThat(api.awaitEnd("kept", 1).get("result").asString()).isEqualTo("success");
      api.await("kept", 2, run -> run.at("/tasks/0/waiting_approval").asBoolean(false));
      List<String> before = everything(api, repository);

      server.stop();
      server = installation.upAndReady("--allow-unsandboxed");
      assertThat(everything(api, repository)).as("after a stop").isEqualTo(before);

      server.kill();
      server = installation.upAndReady("--allow-unsandboxed");
      assertThat(everything(api, repository)).as("after kill -9").isEqualTo(before);
      var carol = new Api(installation.uri(), token);
      assertThat(carol.call("GET", "/user", null, 200).get("name").asString()).isEqualTo("carol");
      assertThat(server.output()).as("the token is told once").doesNotContain("mrt_");

      api.call("POST", "/projects/kept/runs/2/tasks/deploy/approve", null, 204);
      assertThat(api.awaitEnd("kept", 2).get("result").asString()).isEqualTo("success");
      repository.commit("second");
      repository.push("main").expectSuccess();
      assertThat(api.awaitEnd("kept", 3).get("result").asString()).isEqualTo("success");
      server.stop();
    }
  }

  private static List<String> everything(Api api, GitRepository repository) throws Exception {
    List<String> all = new ArrayList<>();
    for (String path :
        List.of(
            "/user",
            "/users",
            "/users/admin/tokens",
            "/users/carol/tokens",
            "/projects",
            "/runs",
            "/projects/kept/runs/1",
            "/projects/kept/runs/2")) {
      all.add(path + ": " + api.call("GET", path, null, 200));
    }
    all.add(new String(api.logBytes("kept", 1, "t", 0), StandardCharsets.UTF_8));
    all.add(repository.git("ls-remote", "origin").expectSuccess());
    return all;
  }

  @Test
  void aSecondServerIsToldWhoIsThereAlready() throws Exception {
    try (var installation = Spoken.installation()) {
      RunningServer server = installation.upAndReady("--driver", "dummy");
      String folder = installation.dataDirectory().toString();
      Finished sameFolder = installation.millrace("up", "--data-dir", folder, "--port", "0");
      assertThat(sameFolder.exit()).isEqualTo(1);
      assertThat(sameFolder.err())
          .contains("process " + server.process().pid())
          .contains(folder)
          .contains("millrace down")
          .contains("--data-dir");

      String other = installation.home().resolve("other").toString();
      String port = Integer.toString(installation.uri().getPort());
      Finished samePort = installation.millrace("up", "--data-dir", other, "--port", port);
      assertThat(samePort.exit()).isEqualTo(1);
      assertThat(samePort.err()).contains("127.0.0.1:" + port).contains("--port");

      assertThat(server.api().call("GET", "/user", null, 200).get("name").asString())
          .as("the first one has not noticed")
          .isEqualTo("admin");
      server.stop();
    }
  }
}
