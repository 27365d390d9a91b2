package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.http.Call;
import dev.millrace.http.Call.Answered;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Seen;
import dev.millrace.http.Seen.Ledger;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, one of which can be held back. */
@Timeout(60)
final class GatewaysTest {
  private static final UserId ADA = new UserId("id-ada");
  private static final String DEMO = "/api/v1/projects/user%2Fada%2Fdemo";

  private static GatewayFixture ahead;
  private static GatewayFixture.Another behind;
  private static int names;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    ahead = new GatewayFixture(directory);
    behind = ahead.new Another();
  }

  @AfterAll
  static void close() {
    behind.close();
    ahead.close();
  }

  @AfterEach
  void forget() {
    behind.held.release();
    ahead.service.seen = "";
    ahead.service.fifth = "";
    ahead.service.asked.clear();
  }

  /** What the one that is behind answers, once it is let go on; it has to have waited. */
  private static Answered afterWaiting(Supplier<Answered> ask) throws Exception {
    var answer = CompletableFuture.supplyAsync(ask, task -> Thread.ofVirtual().start(task));
    while (behind.waiting() == 0) {
      assertThat(answer).isNotDone();
      Thread.onSpinWait();
    }
    behind.held.release();
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static Answered get(HttpCaller as, String path, String... headers) {
    try (as) {
      return with(as.call("GET", path), headers).raw();
    }
  }

  private static Answered post(HttpCaller as, String path, Object body) {
    try (as) {
      return as.call("POST", path).json(body).raw();
    }
  }

  private static Call with(Call call, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      call.header(headers[i], headers[i + 1]);
    }
    return call;
  }

  private static String seen(Answered answered) {
    return answered.headers().getOrDefault(Seen.HEADER, "");
  }

  private static String newProject() {
    String name = "new" + ++names;
    ahead.config.happen(
        0, List.of(new ConfigEvent.ProjectCreated(new ProjectId(name), ADA, name, "hosted")));
    return name;
  }

  /** Until the one that is ahead has read it. */
  private static Answered readAhead(String path) {
    Answered answered = get(ahead.as("ada"), path);
    while (answered.status() == 404) {
      answered = get(ahead.as("ada"), path);
    }
    return answered;
  }

  @Test
  void aProjectThatWasSeenAtOneGatewayIsThereAtTheNextForWhoSaysSo() throws Exception {
    behind.held.hold();
    String runs = "/api/v1/projects/" + newProject() + "/runs";
    Answered listed = readAhead(runs);

    assertThat(listed.status()).isEqualTo(200);
    assertThat(get(behind.as("ada"), runs).status()).as("who says nothing").isEqualTo(404);
    assertThat(afterWaiting(() -> get(behind.as("ada"), runs, Seen.HEADER, seen(listed))).status())
        .isEqualTo(200);
  }

  @Test
  void aTokenThatWasMadeElsewhereIsGoodAtOnce() throws Exception {
    behind.held.hold();
    ahead.config.happen(
        0, List.of(new ConfigEvent.TokenCreated(ADA, "second", SignIn.hash("ada's second"))));

    Answered answered = afterWaiting(() -> get(behind.as("ada's second"), "/api/v1/user"));

    assertThat(answered.status()).isEqualTo(200);
  }

  @Test
  void aTokenThatWasDeletedElsewhereIsNotGoodForWhoHasSeenThat() throws Exception {
    ahead.config.happen(
        0, List.of(new ConfigEvent.TokenCreated(ADA, "third", SignIn.hash("ada's third"))));
    Answered before = get(behind.as("ada's third"), "/api/v1/user");
    assertThat(before.status()).isEqualTo(200);
    behind.held.hold();
    ahead.config.happen(0, List.of(new ConfigEvent.TokenDeleted(ADA, "third")));
    Seen deleted =
        Seen.parse(seen(before))
            .with(Ledger.CONFIG, 0, Seen.parse(seen(before)).of(Ledger.CONFIG, 0) + 1);

    Answered after =
        afterWaiting(
            () -> get(behind.as("ada's third"), "/api/v1/user", Seen.HEADER, "" + deleted));

    assertThat(after.status()).isEqualTo(401);
  }

  @Test
  void gitFindsAProjectThatWasMadeElsewhereJustNow() throws Exception {
    behind.held.hold();
    String refs = "/git/user/ada/" + newProject() + ".git/info/refs?service=git-upload-pack";
    String login = Base64.getEncoder().encodeToString("x:ada".getBytes(UTF_8));

    Answered answered =
        afterWaiting(() -> get(behind.as(null), refs, "Authorization", "Basic " + login));

    assertThat(answered.status()).isEqualTo(200);
  }

  @Test
  void anEventOfAProjectThatWasMadeElsewhereJustNowIsNotLeftOut() throws Exception {
    behind.held.hold();
    ahead.service.fifth = newProject();

    Answered events = afterWaiting(() -> get(behind.as("ada"), "/api/v1/events"));

    assertThat(new String(events.body(), UTF_8))
        .contains("user/ada/demo", "user/ada/" + ahead.service.fifth);
  }

  @Test
  void whatIsNowhereIsStillNotThere() {
    String login = Base64.getEncoder().encodeToString("x:ada".getBytes(UTF_8));
    String refs = "/git/user/ada/nowhere.git/info/refs?service=git-upload-pack";

    assertThat(get(behind.as(null), refs, "Authorization", "Basic " + login).status())
        .isEqualTo(404);
    assertThat(get(behind.as("nobody's"), "/api/v1/user").status()).isEqualTo(401);
  }

  @Test
  void strangersDoNotWaitForWhatTheyClaimToHaveSeen() {
    behind.held.hold();

    Answered answered = get(behind.as("nobody's"), "/api/v1/user", Seen.HEADER, "c0:999999999999");

    assertThat(answered.status()).isEqualTo(401);
  }

  @Test
  void whatAServiceHasReadIsToldOnAndGivenToTheNextOne() {
    ahead.service.seen = "r2:40";
    Answered listed = get(ahead.as("ada"), DEMO + "/runs");
    ahead.service.seen = "";

    Answered shown = get(behind.as("ada"), DEMO + "/runs/1", Seen.HEADER, seen(listed));

    assertThat(Seen.parse(seen(listed)).of(Ledger.RUNS, 2)).isEqualTo(40);
    assertThat(ahead.service.asked.getLast().seen()).isEqualTo(Seen.parse(seen(shown)));
    assertThat(Seen.parse(seen(shown)).of(Ledger.RUNS, 2)).isEqualTo(40);
    assertThat(Seen.parse(seen(shown)).of(Ledger.CONFIG, 0)).isPositive();
  }

  @Test
  void aServiceIsAskedByWhatTheRequestWasUnderstoodByHere() {
    Answered user = get(ahead.as("ada"), "/api/v1/user");

    get(ahead.as("ada"), "/api/v1/projects/p1");

    assertThat(ahead.service.asked.getLast().seen()).isEqualTo(Seen.parse(seen(user)));
  }

  @Test
  void problemsAndStreamsTellItToo() {
    ahead.service.seen = "r1:7";
    assertThat(seen(get(ahead.as("ada"), DEMO + "/runs/9"))).contains("r1:7");
    try (var caller = ahead.as("ada")) {
      var refused = caller.call("POST", DEMO + "/runs/1/stop").raw();
      assertThat(refused.status()).isEqualTo(409);
      assertThat(seen(refused)).contains("r1:7");
      for (String path : List.of(DEMO + "/runs/1/tasks/build/logs", "/api/v1/events")) {
        try (var stream = caller.call("GET", path).open()) {
          assertThat(stream.header(Seen.HEADER)).as(path).isPresent();
        }
      }
    }
  }

  @Test
  void whatWasChangedOfTheConfigurationIsReadHereBeforeItIsAnswered() throws Exception {
    behind.held.hold();
    Answered listed = readAhead("/api/v1/projects/" + newProject() + "/runs");
    ahead.service.seen = seen(listed);
    long read = Seen.parse(seen(listed)).of(Ledger.CONFIG, 0);

    Answered created =
        afterWaiting(() -> post(behind.as("root"), "/api/v1/users", Map.of("name", "eve")));

    assertThat(created.status()).isEqualTo(201);
    assertThat(Seen.parse(seen(created)).of(Ledger.CONFIG, 0)).isGreaterThanOrEqualTo(read);
  }

  @Test
  void nobodyWaitsForWhatIsNotThere() {
    String beyond = "c0:999999999999,c1:5,r99:5";

    assertThat(get(ahead.as("ada"), "/api/v1/user", Seen.HEADER, beyond).status()).isEqualTo(200);
  }

  @Test
  void whatCannotBeAPositionIsRefused() {
    for (String wrong : List.of("nonsense", "c0:-1", "c0:1;r0:3")) {
      Answered answered = get(ahead.as("ada"), "/api/v1/user", Seen.HEADER, wrong);

      assertThat(answered.status()).as(wrong).isEqualTo(400);
      assertThat(new String(answered.body(), UTF_8)).contains(Seen.HEADER);
    }
  }
}
