package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.events.Topics;
import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A server whose ledger has lost its beginning goes on from checkpoints, and logs are whole. */
final class CheckpointIT {
  private static final int TOGETHER = 20;
  private static final Pattern GONE =
      Pattern.compile("events up to (.*) are not kept any more: ask for those after that");

  @Test
  void aLedgerWhoseBeginningIsDeletedIsReadFromCheckpointsOnByEveryPart() throws Exception {
    try (var installation = Installation.create()) {
      String[] options = {
        "--driver",
        "dummy",
        "--checkpoint-every",
        "2s",
        "--event-retention",
        "0s",
        "--log-limit",
        LargeLog.LIMIT
      };
      RunningServer server = installation.upAndReady(options);
      var log = new LargeLog(installation);
      log.write(server);
      server.api().createProject("on");
      server.api().createProject("pushed");
      var repository = GitRepository.of(installation, "pushed", "user/admin/pushed");
      push(repository, server.api(), 1);
      int made = untilEventsAreGone(server.api());
      server.api().awaitQuiet(List.of("on"));
      List<String> before = everything(server.api());
      assertThat(before).hasSize(made + made / TOGETHER);
      log.read(server);
      server.kill();

      server = installation.upAndReady(options);
      assertThat(everything(server.api())).as("after a kill").isEqualTo(before);
      awaitDeliveriesGone(installation);
      push(repository, server.api(), 2);
      log.read(server);
      assertThat(end(server.api())).isEqualTo("success");
      server.kill();

      List<String> apart = new ArrayList<>(List.of(options));
      apart.addAll(List.of("--without", "scheduler"));
      server = installation.upAndReady(apart.toArray(String[]::new));
      installation.beside("scheduler").awaitReady();
      assertThat(end(server.api())).as("with a scheduler of its own").isEqualTo("success");
      push(repository, server.api(), 3);
      assertThat(server.api().runs("pushed")).as("each push once").hasSize(3);
      server.stop();

      log.lose();
      server = installation.upAndReady(options);
      log.isGone(server);
      server.stop();

      remove(installation.dataDirectory().resolve("kafka"));
      RunningServer refusing = installation.up(options);
      assertThat(refusing.process().waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(refusing.output())
          .containsPattern(
              "it was read up to record \\d+ before, and is empty now: records are lost");
    }
  }

  /** A push of a branch of its own, which becomes the project's run of this number. */
  private static void push(GitRepository repository, Api api, int number) throws Exception {
    repository
        .write(
            ".millrace/config.json", "{\"runs\": [{\"name\": \"r" + number + "\", \"tasks\": []}]}")
        .commit("r" + number);
    repository.push("branch" + number).expectSuccess();
    api.awaitEnd("pushed", number);
  }

  /** Waits until a delivery is deleted from Kafka. */
  private static void awaitDeliveriesGone(Installation installation) throws Exception {
    Connection server = Connection.of(installation.dataDirectory()).orElseThrow();
    var login = new Credentials(server.kafkaUser(), server.kafkaPassword());
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    try (var bus = new KafkaBus(new KafkaSettings(server.kafka(), login, 1))) {
      String topic = Topics.INCOMING_DELIVERIES.name();
      for (long gone = 0; gone == 0; TimeUnit.MILLISECONDS.sleep(300)) {
        assertThat(System.nanoTime()).as("deliveries are deleted").isLessThan(deadline);
        end(
            new Api(
                installation.uri(),
                installation.token())); // more has to happen between two checkpoints
        for (int p = 0; p < bus.partitions(topic); p++) {
          gone += bus.extent(new TopicPartition(topic, p)).toCompletableFuture().get().start();
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Creates runs until the first events are deleted; returns how many. */
  private static int untilEventsAreGone(Api api) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    String run =
        """
        {"name": "ci", "tasks": [
          {"name": "t", "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
        """;
    String all = "{\"runs\": [" + String.join(",", Collections.nCopies(TOGETHER, run)) + "]}";
    int made = 0;
    String answer = "";
    Matcher gone = GONE.matcher(answer);
    while (!gone.find()) {
      assertThat(System.nanoTime()).as("events are deleted").isLessThan(deadline);
      made += api.call("POST", "/projects/on/runs", all, 201).get("runs").size();
      TimeUnit.MILLISECONDS.sleep(300); // more has to happen between two checkpoints
      answer = firstEvent(api, "");
      gone = GONE.matcher(answer);
    }
    // What was deleted may be more by now.
    assertThat(firstEvent(api, gone.group(1))).containsPattern("^id: |are not kept any more");
    return made;
  }

  private static String firstEvent(Api api, String after) throws Exception {
    try {
      return api.firstLine("/api/v1/events?after=" + after);
    } catch (IOException cut) { // as events were deleted while they were read
      return api.firstLine("/api/v1/events?after=" + after);
    }
  }

  private static List<String> everything(Api api) throws Exception {
    List<String> all = new ArrayList<>();
    List<JsonNode> runs = api.runs("on");
    runs.forEach(run -> all.add(run.toString()));
    for (int number = 1; number <= runs.size(); number += TOGETHER) {
      all.add(api.run("on", number).toString());
    }
    return all;
  }

  private static String end(Api api) throws Exception {
    String spec =
        """
        {"name": "run", "tasks": [{"name": "t", "steps": [
          {"type": "run", "name": "do", "command": "true"}]}]}
        """;
    long run = api.call("POST", "/projects/on/runs", spec, 201).at("/runs/0/number").asLong();
    return api.awaitEnd("on", run).get("result").asString();
  }
}
