package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RootGroup;
import dev.millrace.http.Reply;
import dev.millrace.http.Seen;
import dev.millrace.runservice.TestReplica.Answered;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One replica that decides, and one that does not and can be held back. */
@Timeout(60)
final class ReplicasTest {
  private static final String NEW =
      """
      {"root":"project/%s","runs":[{"name":"ci","group":"/project/%1$s/branch/main",
        "tasks":[{"name":"a","steps":[{"type":"run","name":"x","command":"true"}]}]}]}
      """;
  private static final String RUN = "/runs/project/p1/1";

  private final TestReplica ahead = new TestReplica();
  private final TestReplica behind = ahead.another(Duration.ofSeconds(20));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.shutdownNow();
    behind.close();
    ahead.close();
  }

  /** What the replica that is behind answers, once it is let go on; it has to have waited. */
  private <T> T afterWaiting(Supplier<T> ask) throws Exception {
    var answer = CompletableFuture.supplyAsync(ask, threads);
    while (behind.feed.arrivals().waiting() == 0) {
      assertThat(answer).isNotDone();
      Thread.onSpinWait();
    }
    behind.bus.release();
    return answer.get(20, TimeUnit.SECONDS);
  }

  private Answered after(Answered earlier, String path) {
    return behind.ask("GET", path, "", Seen.HEADER, earlier.seen());
  }

  private Answered create(String project) {
    Answered created = ahead.ask("POST", "/runs", NEW.formatted(project));
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  @Test
  void aRunThatWasCreatedAtOneReplicaIsThereAtTheNextForWhoSaysSo() throws Exception {
    behind.bus.hold();
    Answered created = create("p1");

    assertThat(behind.get(RUN).status()).as("who says nothing").isEqualTo(404);
    Answered shown = afterWaiting(() -> after(created, RUN));

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.body().path("id").asString()).isEqualTo("project/p1/1");
    assertThat(Seen.parse(shown.seen())).isEqualTo(Seen.parse(shown.seen() + "," + created.seen()));
  }

  @Test
  void soItIsInAList() throws Exception {
    behind.bus.hold();
    Answered created = create("p1");

    assertThat(behind.get("/runs?root=project/p1").body().path("runs")).isEmpty();
    Answered listed = afterWaiting(() -> after(created, "/runs?root=project/p1"));

    assertThat(listed.body().path("runs")).hasSize(1);
  }

  @Test
  void soAreItsLogsAndItsEvents() throws Exception {
    for (String path : new String[] {RUN + "/tasks/a/logs", "/events?run=project/p1/1"}) {
      behind.bus.hold();
      Answered seen =
          path.startsWith("/events") ? ahead.ask("POST", RUN + "/cancel", "") : create("p1");
      Supplier<Reply> ask = () -> behind.stream(path, Seen.HEADER, seen.seen());

      assertThat(afterWaiting(ask).headers()).containsKey(Seen.HEADER);
    }
  }

  @Test
  void eventsGoOnAtAnotherReplicaWhereTheyWereLeftAlthoughThatIsBehind() throws Exception {
    behind.bus.hold();
    String left = create("p1").seen().substring(1); // a position of events has no ledger

    Reply events =
        afterWaiting(() -> behind.stream("/events?run=project/p1/1", "Last-Event-ID", left));

    assertThat(events.status()).isEqualTo(200);
  }

  @Test
  void whatIsReadNeverGoesBack() throws Exception {
    create("p1");
    Answered before = after(create("p2"), RUN);
    behind.bus.hold();
    assertThat(ahead.ask("POST", RUN + "/cancel", "").status()).isEqualTo(204);
    Answered cancelled = ahead.ask("GET", RUN, "", Seen.HEADER, before.seen());

    Answered again = afterWaiting(() -> after(cancelled, RUN));

    assertThat(before.body().path("phase").asString()).isEqualTo("queued");
    assertThat(cancelled.body().path("phase").asString()).isEqualTo("cancelled");
    assertThat(again.body().path("phase").asString()).isEqualTo("cancelled");
  }

  @Test
  void whatWasDeletedAtOneReplicaIsGoneAtTheNext() throws Exception {
    create("p1");
    Answered cancelled = ahead.ask("POST", RUN + "/cancel", "");
    assertThat(after(cancelled, RUN).status()).isEqualTo(200);
    behind.bus.hold();
    Answered deleted = ahead.ask("DELETE", RUN, "");
    assertThat(deleted.status()).isEqualTo(204);

    assertThat(behind.get(RUN).status()).isEqualTo(200);
    assertThat(afterWaiting(() -> after(deleted, RUN)).status()).isEqualTo(410);
  }

  @Test
  void aRunCanBeDeletedAtAReplicaThatHasNotHeardOfItsEndYet() throws Exception {
    create("p1");
    behind.bus.hold();
    Answered cancelled = ahead.ask("POST", RUN + "/cancel", "");

    Answered deleted =
        afterWaiting(() -> behind.ask("DELETE", RUN, "", Seen.HEADER, cancelled.seen()));

    assertThat(deleted.status()).isEqualTo(204);
  }

  @Test
  void aRefusalTellsItsPositionToo() throws Exception {
    create("p1");
    assertThat(ahead.ask("POST", RUN + "/cancel", "").status()).isEqualTo(204);
    behind.bus.hold();
    Answered refused = ahead.ask("POST", RUN + "/cancel", "");

    Answered shown = afterWaiting(() -> after(refused, RUN));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(shown.body().path("phase").asString()).isEqualTo("cancelled");
  }

  @Test
  void onlyPartitionsOfWhichTheAnswerIsMadeAreWaitedFor() throws Exception {
    String other = "p2";
    for (int i = 3; ahead.feed.partition(root(other)) == ahead.feed.partition(root("p1")); i++) {
      other = "p" + i;
    }
    assertThat(after(create("p1"), RUN).status()).isEqualTo(200);
    assertThat(after(create(other), "/runs").status()).isEqualTo(200);
    behind.bus.hold();
    Answered created = create(other);

    assertThat(after(created, RUN).status()).isEqualTo(200);
    Answered all = afterWaiting(() -> after(created, "/runs"));
    assertThat(all.body().path("runs")).hasSize(3);
  }

  private static RootGroup root(String project) {
    return RootGroup.parse("project/" + project);
  }

  @Test
  void aReplicaThatIsTooFarBehindSaysSo() {
    try (var slow = ahead.another(Duration.ofMillis(50))) {
      slow.bus.hold();
      Answered created = create("p1");
      Answered late = slow.ask("GET", RUN, "", Seen.HEADER, created.seen());

      assertThat(late.status()).isEqualTo(503);
      assertThat(late.code()).isEqualTo("try-later");
      assertThat(late.message()).startsWith("this replica has not read as far as you have seen");
    }
  }

  @Test
  void whatCannotBeAPositionIsRefused() {
    for (String wrong : new String[] {"nonsense", "r1:-3", "r1:1;r2:3"}) {
      Answered answered = ahead.ask("GET", "/runs", "", Seen.HEADER, wrong);

      assertThat(answered.status()).as(wrong).isEqualTo(400);
      assertThat(answered.message()).startsWith(Seen.HEADER);
    }
  }

  @Test
  void nobodyWaitsForWhatIsNotThere() {
    create("p1");
    String beyond = "r%d:999999,r99:5".formatted(ahead.feed.partition(root("p1")));

    assertThat(ahead.ask("GET", RUN, "", Seen.HEADER, beyond).status()).isEqualTo(200);
  }

  @Test
  void aTokenIsNeededBeforeAnybodyWaits() {
    Reply reply = behind.reply("GET", RUN, "", Map.of(Seen.HEADER, "r0:999999"));

    assertThat(reply.status()).isEqualTo(401);
  }
}
