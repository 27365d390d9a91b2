package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningRole;
import dev.millrace.verification.installation.RunningServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Everything that can be asked and can happen is seen once on a real server, and is what its schema
 * says: a command or event that is added to a catalogue and that nobody provokes here fails.
 */
final class EveryMessageIT {
  private static final String LONG = "600000";

  private final Map<String, RunningRole> executors = new HashMap<>();
  private Installation installation;
  private RunningServer server;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    installation = Installation.create();
    server = installation.upAndReady("--without", "executor");
    api = server.api();
  }

  @AfterEach
  void end() throws Exception {
    installation.close();
  }

  @Test
  void everyCommandAndEventOfTheCataloguesIsWrittenAndValid() throws Exception {
    configuration();
    api.createProject("all");
    start("one");
    start("two");
    push();
    setupErrors();
    approvalAndAnnotations();
    cancelStopAndDelete();
    tasksThatNeverRun();
    lostAndGivenBack();

    Spoken spoken = Spoken.on(installation);
    spoken.assertValid();
    var unseen = new TreeSet<>(Spoken.language());
    unseen.removeAll(spoken.types());
    assertThat(unseen).as("in a catalogue, but never written: provoke it here").isEmpty();
    server.stop();
  }

  private void start(String name) throws Exception {
    executors.put(
        name,
        installation
            .beside("executor", "--driver", "dummy", "--slots", "1", "--name", name)
            .awaitReady());
  }

  private void configuration() throws Exception {
    api.call("POST", "/users", "{\"name\": \"carol\"}", 201);
    api.call("POST", "/users/carol/tokens", "{\"name\": \"laptop\"}", 201);
    api.call("DELETE", "/users/carol/tokens/laptop", null, 204);
    api.call("POST", "/projects", "{\"name\": \"spare\"}", 201);
    api.call("DELETE", "/projects/spare", null, 204);
    api.call("DELETE", "/users/carol", null, 204);
  }

  private void push() throws Exception {
    var repository =
        GitRepository.of(installation, "all", "user/admin/all")
            .write(
                ".millrace/config.json",
                """
                {"runs": [{"name": "pushed", "tasks": [
                  {"name": "t", "environment": {"MILLRACE_DUMMY_OUTPUT": "100"},
                   "steps": [{"run": "true"}]}]}]}
                """);
    repository.commit("first");
    repository.push("main").expectSuccess();
    assertThat(api.awaitEnd("all", 1).get("result").asString()).isEqualTo("success");
  }

  private void setupErrors() throws Exception {
    long run = create("broken", task("a", "\"depends\": [{\"task\": \"nobody\"}]"));
    assertThat(api.awaitEnd("all", run).get("phase").asString()).isEqualTo("setuperror");
  }

  private void approvalAndAnnotations() throws Exception {
    long run = create("careful", task("ship", "\"needs_approval\": true"));
    api.await("all", run, seen -> seen.at("/tasks/0/waiting_approval").asBoolean(false));
    String task = "/projects/all/runs/" + run + "/tasks/ship";
    api.call("POST", task + "/annotations", "{\"annotations\": {\"note\": \"soon\"}}", 204);
    api.call("POST", task + "/approve", null, 204);
    assertThat(api.awaitEnd("all", run).get("result").asString()).isEqualTo("success");
  }

  private void cancelStopAndDelete() throws Exception {
    long first = create("busy", task("t", sleeping(LONG)));
    long second = create("busy", task("t", sleeping(LONG)));
    awaitRunning(first);
    api.call("POST", "/projects/all/runs/" + second + "/cancel", null, 204);
    api.call("POST", "/projects/all/runs/" + first + "/stop", null, 204);
    assertThat(api.awaitEnd("all", second).get("phase").asString()).isEqualTo("cancelled");
    assertThat(api.awaitEnd("all", first).get("result").asString()).isEqualTo("stopped");
    api.call("DELETE", "/projects/all/runs/" + first + "/tasks/t/logs", null, 204);
    api.call("GET", "/projects/all/runs/" + first + "/tasks/t/logs", null, 410);
    api.call("DELETE", "/projects/all/runs/" + second, null, 204);
    api.call("GET", "/projects/all/runs/" + second, null, 410);
  }

  /** One is skipped since what it depends on failed, one is cancelled since its run has failed. */
  private void tasksThatNeverRun() throws Exception {
    String failing = "\"environment\": {\"MILLRACE_DUMMY_EXIT\": \"1\"}";
    String after = "\"depends\": [{\"task\": \"fails\", \"conditions\": [\"on_success\"]}]";
    long run =
        create(
            "failing",
            task("waits", "\"needs_approval\": true")
                + ","
                + task("fails", failing)
                + ","
                + task("after", after));
    JsonNode ended = api.awaitEnd("all", run);
    assertThat(ended.at("/tasks/0/status").asString()).isEqualTo("cancelled");
    assertThat(ended.at("/tasks/2/status").asString()).isEqualTo("skipped");
  }

  /** One executor dies with a task that it runs, the other with one that it has not claimed. */
  private void lostAndGivenBack() throws Exception {
    long lost = create("lost", task("t", sleeping(LONG)));
    String first = executorOf(awaitRunning(lost));
    String other = first.equals("one") ? "two" : "one";
    executor(other).freeze();
    long givenBack = create("given-back", task("t", sleeping("1")));
    JsonNode assigned =
        api.await("all", givenBack, seen -> !seen.at("/tasks/0/attempts/0").isMissingNode());
    assertThat(executorOf(assigned)).as("who has a free slot").isEqualTo(other);
    for (String name : List.of(first, other)) {
      executor(name).kill();
      start(name);
    }
    JsonNode ended = api.awaitEnd("all", lost);
    assertThat(ended.at("/tasks/0/attempts/0/outcome").asString()).isEqualTo("lost");
    assertThat(api.awaitEnd("all", givenBack).get("result").asString()).isEqualTo("success");
  }

  private RunningRole executor(String name) {
    return Objects.requireNonNull(executors.get(name));
  }

  private static String executorOf(JsonNode run) {
    return run.at("/tasks/0/attempts/0/executor").asString();
  }

  private JsonNode awaitRunning(long run) throws Exception {
    return api.await("all", run, seen -> seen.at("/tasks/0/attempts/0/claimed").asBoolean(false));
  }

  private long create(String name, String tasks) throws Exception {
    String spec = "{\"name\": \"%s\", \"tasks\": [%s]}".formatted(name, tasks);
    return api.call("POST", "/projects/all/runs", spec, 201).at("/runs/0/number").asLong();
  }

  private static String task(String name, String more) {
    return """
    {"name": "%s", %s, "steps": [{"type": "run", "name": "do", "command": "true"}]}
    """
        .formatted(name, more);
  }

  private static String sleeping(String millis) {
    return "\"environment\": {\"MILLRACE_DUMMY_SLEEP\": \"" + millis + "\"}";
  }
}
