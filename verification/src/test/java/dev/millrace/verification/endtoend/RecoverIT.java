package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A server whose data on Kafka is deleted goes on from its checkpoint when it is told to; and so
 * does another one, of whose all it is told by an export.
 */
final class RecoverIT {
  private static final String[] OPTIONS = {"--driver", "host-plain", "--allow-unsandboxed"};
  private static final String TWO_TASKS =
      """
      {"name": "%s", "group": "%s", "tasks": [
        {"name": "first", "steps": [{"type": "run", "name": "say", "command": "echo %s"}]},
        {"name": "second", "needs_approval": true, "depends": [{"task": "first"}],
         "steps": [{"type": "run", "name": "say", "command": "echo done"}]}]}
      """;

  @Test
  void whatIsKeptGoesOnWithoutKafkaAndElsewhere() throws Exception {
    try (var installation = Installation.create();
        var elsewhere = Installation.create()) {
      RunningServer server = installation.upAndReady(OPTIONS);
      Api api = server.api();
      api.createProject("shop");
      GitRepository repository = push(installation);
      api.awaitEnd("shop", 1);
      long ended = waiting(api, "ended", "a");
      api.call("POST", "/projects/shop/runs/" + ended + "/tasks/second/approve", null, 204);
      api.awaitEnd("shop", ended);
      long waits = waiting(api, "waits", "b");
      api.call("POST", "/users", "{\"name\": \"ada\"}", 201);
      assertThat(installation.millrace("checkpoint").expectSuccess()).startsWith("checkpoint of ");

      long lost = waiting(api, "lost", "c");
      repository.commit("another");
      repository.push("main").expectSuccess();
      api.await("shop", lost + 1, run -> run.get("phase").asString().equals("finished"));
      server.kill();
      remove(installation.dataDirectory().resolve("kafka"));

      refusesToStart(installation);
      Finished told = recover(installation);
      assertThat(told.exit()).isEqualTo(1);
      assertThat(told.out())
          .containsPattern(
              "run-events-\\d+: it was read up to record \\d+ before, and is empty now: records are"
                  + " lost; goes on from what had been decided up to record \\d+ .*, when 1 runs"
                  + " had not ended")
          .contains("nothing was changed");
      assertThat(recover(installation, "--accept-loss").expectSuccess()).contains("recovered");
      assertThat(recover(installation).expectSuccess()).contains("nothing is lost");

      server = installation.upAndReady(OPTIONS);
      api = server.api();
      assertThat(installation.millrace("status").expectSuccess())
          .contains("recovered with loss: records of");
      JsonNode found = awaitRunOf(api, "another");
      assertThat(found.get("number").asLong())
          .as("no number is given twice")
          .isGreaterThan(lost + 1);
      assertThat(numbers(api)).doesNotContain(lost, lost + 1).contains(1L, ended, waits);
      api.call("POST", "/projects/shop/runs/" + waits + "/tasks/second/approve", null, 204);
      assertThat(api.awaitEnd("shop", waits).get("result").asString()).isEqualTo("success");
      long held = waiting(api, "held", "d");

      exportAndImport(installation, elsewhere, api, held);
      server.stop();
    }
  }

  private static void exportAndImport(
      Installation installation, Installation elsewhere, Api api, long held) throws Exception {
    Path file = installation.home().resolve("all.tar");
    installation.millrace("export", file.toString()).expectSuccess();
    List<String> before = everything(api);

    Finished notEmpty =
        installation.millrace(
            "import", file.toString(), "--data-dir", installation.dataDirectory().toString());
    assertThat(notEmpty.exit()).isEqualTo(1);
    String folder = elsewhere.dataDirectory().toString();
    Path cut = elsewhere.home().resolve("cut.tar");
    byte[] whole = Files.readAllBytes(file);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Finished refused = elsewhere.millrace("import", cut.toString(), "--data-dir", folder);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("millrace: the export is cut off");

    assertThat(elsewhere.millrace("import", file.toString(), "--data-dir", folder).expectSuccess())
        .startsWith("imported from an export of ");
    RunningServer server = elsewhere.upAndReady(OPTIONS);
    var there = new Api(elsewhere.uri(), installation.token());
    assertThat(everything(there)).isEqualTo(before);
    assertThat(there.log("shop", held, "first", 0))
        .isEqualTo(api.log("shop", held, "first", 0))
        .isEqualTo("held\n");
    there.call("POST", "/projects/shop/runs/" + held + "/tasks/second/approve", null, 204);
    assertThat(there.awaitEnd("shop", held).get("result").asString()).isEqualTo("success");
    assertThat(numbers(there)).as("no push is delivered again").hasSize(numbers(api).size());
    server.stop();
  }

  private static GitRepository push(Installation installation) throws Exception {
    GitRepository repository = GitRepository.of(installation, "shop", "user/admin/shop");
    repository.write(
        ".millrace/config.json",
        """
        {"runs": [{"name": "pushed", "tasks": [
          {"name": "t", "steps": [{"type": "run", "name": "say", "command": "echo pushed"}]}]}]}
        """);
    repository.commit("the first");
    repository.push("main").expectSuccess();
    return repository;
  }

  private static void refusesToStart(Installation installation) throws Exception {
    RunningServer refusing = installation.up(OPTIONS);
    assertThat(refusing.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(refusing.output()).contains("records are lost").contains("millrace recover");
  }

  private static Finished recover(Installation installation, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("recover", "--data-dir", installation.dataDirectory().toString()));
    command.addAll(List.of(options));
    return installation.millrace(command.toArray(String[]::new));
  }

  /** A run whose second task waits to be approved. */
  private static long waiting(Api api, String name, String branch) throws Exception {
    byte[] spec = TWO_TASKS.formatted(name, branch, name).getBytes(StandardCharsets.UTF_8);
    long run = api.createRun("shop", spec).get();
    api.await("shop", run, now -> now.at("/tasks/1/waiting_approval").asBoolean(false));
    return run;
  }

  private static JsonNode awaitRunOf(Api api, String message) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (true) {
      for (JsonNode run : api.runs("shop")) {
        JsonNode whole = api.run("shop", run.get("number").asLong());
        if (whole.at("/annotations/message").asString("").equals(message)) {
          return whole;
        }
      }
      assertThat(System.nanoTime()).as("a run of " + message).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static List<Long> numbers(Api api) throws Exception {
    return api.runs("shop").stream().map(run -> run.get("number").asLong()).toList();
  }

  private static List<String> everything(Api api) throws Exception {
    List<String> all = new ArrayList<>();
    for (String path : List.of("/user", "/users", "/projects", "/runs?limit=100")) {
      all.add(api.call("GET", path, null, 200).toString());
    }
    for (long number : numbers(api)) {
      all.add(api.run("shop", number).toString());
    }
    return all;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
