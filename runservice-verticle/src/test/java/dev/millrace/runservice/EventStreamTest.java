package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.Outcome;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.http.EventReader;
import dev.millrace.http.EventReader.Event;
import dev.millrace.http.HttpJson;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class EventStreamTest {
  private static final Actor ANNA = new Actor(Actor.Kind.user, "anna");
  private final TestReplica replica = new TestReplica();

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void aViewerOfARunGetsItAsItIsAndThenWhatChanges() throws Exception {
    RunId run = create("project/p1");
    try (var pipe = new Pipe(replica.stream("/events?run=" + run))) {
      var events = new EventReader(pipe.in());
      Event first = next(events);
      create("project/p1");
      replica.accepted(ANNA, new CancelRun(run));
      Event second = next(events);

      assertThat(first.event()).isEqualTo("run");
      assertThat(json(first).path("phase").asString()).isEqualTo("queued");
      assertThat(second.event()).isEqualTo("decision");
      assertThat(json(second).path("events").path(0).path("type").asString())
          .isEqualTo("run-cancelled");
      assertThat(json(second).path("outcome").path("status").asString()).isEqualTo("accepted");
    }
  }

  @Test
  void aViewerCutAnywhereHearsEveryDecisionOnce() throws Exception {
    var random = new Random(7);
    List<RunId> made = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    String position = "";
    while (heard.size() < 60) {
      for (int i = random.nextInt(6); i > 0; i--) {
        made.add(create("project/p" + random.nextInt(5)));
      }
      while (made.size() <= heard.size()) {
        made.add(create("project/p" + random.nextInt(5)));
      }
      try (var pipe = new Pipe(replica.stream("/events?after=", "Last-Event-ID", position))) {
        var events = new EventReader(pipe.in());
        int some = 1 + random.nextInt(made.size() - heard.size());
        for (int i = 0; i < some; i++) {
          Event event = next(events);
          heard.add(json(event).path("outcome").path("subject").asString());
          position = Objects.requireNonNull(event.id());
        }
      }
    }
    try (var pipe = new Pipe(replica.stream("/events?after=" + position))) {
      var events = new EventReader(pipe.in());
      while (heard.size() < made.size()) {
        heard.add(json(next(events)).path("outcome").path("subject").asString());
      }
    }

    assertThat(heard)
        .containsExactlyInAnyOrderElementsOf(made.stream().map(RunId::toString).toList());
  }

  @Test
  void onlyTheRootGroupsThatAreWantedAreTold() throws Exception {
    RunId before = create("project/p2");
    try (var pipe = new Pipe(replica.stream("/events?root=project/p1,project/p3"))) {
      var events = new EventReader(pipe.in());
      pipe.awaitHead();
      replica.accepted(ANNA, new CancelRun(before));
      RunId wanted = create("project/p3");
      assertThat(json(next(events)).path("outcome").path("subject").asString())
          .isEqualTo(wanted.toString());
    }
  }

  @Test
  void whatNobodyMayBelieveIsNotToldFromHistoryEither() throws Exception {
    RunId real = create("project/p1");
    var forged =
        new LedgerRecord.Decided<RunEvent>(
            "forged",
            2,
            new LedgerRecord.Cause.OfTick("x", Instant.EPOCH),
            Instant.EPOCH,
            Outcome.accepted(),
            List.of(new RunEvent.RunCancelled(real)));
    var partition =
        new TopicPartition(Topics.RUN_EVENTS.name(), replica.feed.partition(real.root()));
    try (var appender = replica.bus.appender("forger")) {
      var _ =
          appender
              .append(partition, null, Ledgers.RUNS.eventCodec().write(forged))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
    }
    replica.accepted(ANNA, new CancelRun(real));
    try (var pipe = new Pipe(replica.stream("/events?after=&root=project/p1"))) {
      var events = new EventReader(pipe.in());

      assertThat(json(next(events)).path("events").path(0).path("type").asString())
          .isEqualTo("run-created");
      JsonNode second = json(next(events));
      assertThat(second.path("events").path(0).path("type").asString()).isEqualTo("run-cancelled");
      assertThat(second.path("cause").path("by").asString()).isEqualTo("command");
    }
  }

  private RunId create(String root) throws Exception {
    var spec = new RunSpec("ci", "/" + root, Map.of(), List.of(), Map.of(), Map.of(), List.of());
    return RunId.parse(
        replica.accepted(ANNA, new CreateRuns(RootGroup.parse(root), null, List.of(spec), "")));
  }

  private static Event next(EventReader events) throws IOException {
    return Objects.requireNonNull(events.next());
  }

  private static JsonNode json(Event event) {
    return HttpJson.read(event.data().getBytes(UTF_8), JsonNode.class);
  }
}
