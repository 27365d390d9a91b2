package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A server that an administrator lets nothing new into, and who is said to be there. */
final class MaintenanceIT {
  private static final String TASK =
      """
      {"name": "run", "tasks": [{"name": "t", "environment": {%s}, "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  @Test
  void nothingNewIsTakenUntilItEndsAndWhatWasAcceptedGoesOn() throws Exception {
    try (var installation = Spoken.installation()) {
      RunningServer server = installation.upAndReady("--driver", "dummy");
      Api api = server.api();
      api.createProject("on");
      var repository = GitRepository.of(installation, "on", "user/admin/on");
      repository.write("README", "hello").commit("first");
      long slow = create(api, "\"MILLRACE_DUMMY_SLEEP\": \"5000\"");

      installation
          .millrace("maintenance", "on", "--reason", "a new disk, back at 14:00")
          .expectSuccess();

      JsonNode refused = api.call("POST", "/projects/on/runs", TASK.formatted(""), 503);
      assertThat(refused.get("code").asString()).isEqualTo("maintenance");
      assertThat(refused.get("message").asString()).endsWith(": a new disk, back at 14:00");
      Finished client = installation.millrace("project", "create", "another");
      assertThat(client.exit()).isEqualTo(75);
      assertThat(client.err()).contains("nothing new is taken: a new disk, back at 14:00");
      Finished push = repository.git("push", "origin", "HEAD:main");
      assertThat(push.exit()).isNotZero();
      assertThat(push.err()).contains("nothing new is taken: a new disk, back at 14:00");
      assertThat(toldOnTheTopic(installation))
          .startsWith("maintenance there is maintenance since ");
      assertThat(Api.isReady(installation.uri())).as("reading works").isTrue();
      assertThat(installation.millrace("status").out())
          .contains("takes nothing new: there is maintenance since ")
          .contains("lease writers/run-events/up-");
      assertThat(api.awaitEnd("on", slow).get("result").asString())
          .as("what was accepted before")
          .isEqualTo("success");

      server.kill();
      server = installation.upAndReady("--driver", "dummy", "--request-rate", "50");
      assertThat(server.output()).contains("note: there is maintenance since ");
      assertThat(installation.millrace("maintenance", "status").out())
          .contains("by admin: a new disk, back at 14:00");
      installation.millrace("maintenance", "off").expectSuccess();
      server.api().awaitEnd("on", create(server.api(), ""));
      repository.git("push", "origin", "HEAD:main").expectSuccess();

      JsonNode status = server.api().call("GET", "/status", null, 200);
      assertThat(status.has("refusing")).isFalse();
      assertThat(status.get("instances")).hasSize(1);
      assertThat(status.at("/instances/0/roles").findValuesAsString("role"))
          .containsExactly(
              "configstore", "datamanager", "executor", "gateway", "runservice", "scheduler");
      JsonNode instance = status.at("/instances/0/id");
      assertThat(status.get("leases").get("writers/run-events/" + instance.asString()))
          .isEqualTo(instance);
      DocumentedMetrics.read().check(scraped(server.output()));
      Api often = server.api();
      assertThatThrownBy(() -> askOften(often))
          .hasMessageContaining("429")
          .hasMessageContaining("\"code\":\"too-many-requests\"")
          .hasMessageContaining("you ask too often, ask again in 1 s");
      server.stop();
    }
  }

  private static String scraped(String output) throws Exception {
    Matcher metrics = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/metrics").matcher(output);
    assertThat(metrics.find()).as(output).isTrue();
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(metrics.group())).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static void askOften(Api api) throws Exception {
    for (int i = 0; i < 5_000; i++) {
      api.call("GET", "/user", null, 200);
    }
  }

  private static long create(Api api, String environment) throws Exception {
    return api.call("POST", "/projects/on/runs", TASK.formatted(environment), 201)
        .at("/runs/0/number")
        .asLong();
  }

  private static String toldOnTheTopic(Installation installation) throws Exception {
    Connection server = Connection.of(installation.dataDirectory()).orElseThrow();
    var login = new Credentials(server.kafkaUser(), server.kafkaPassword());
    try (var bus = new KafkaBus(new KafkaSettings(server.kafka(), login, 1));
        var runs = new Published<>(bus, Ledgers.RUNS)) {
      return runs.told(
          runs.publish("project/nowhere", BadCommands.good("maintenance", Instant.now())));
    }
  }
}
