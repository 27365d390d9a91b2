package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RunId;
import dev.millrace.events.run.RunTrace;
import dev.millrace.http.Call.Answered;
import dev.millrace.http.EventReader;
import dev.millrace.traces.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class GatewayTest {

  private static final String DEMO = "/api/v1/projects/user%2Fada%2Fdemo";
  private static final String MAINTENANCE = "/api/v1/maintenance";
  private static GatewayFixture gateway;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    gateway = new GatewayFixture(directory);
  }

  @AfterAll
  static void close() {
    gateway.close();
  }

  @BeforeEach
  void forget() {
    gateway.service.asked.clear();
  }

  private static Answered call(String as, String method, String path, String body) {
    try (var caller = gateway.as(as)) {
      var call = caller.call(method, path);
      return body.isEmpty()
          ? call.raw()
          : call.body("application/json", body.getBytes(StandardCharsets.UTF_8)).raw();
    }
  }

  private static String text(Answered answered) {
    return new String(answered.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /api/v1/nothing                                  | 404 | there is nothing at /api/v1/nothing
          PUT    | /api/v1/projects                                 | 405 | only GET, POST
          DELETE | /api/v1/users/nobody                             | 404 | there is no users/nobody
          GET    | /api/v1/users/nobody/tokens                      | 404 | there is no user nobody
          POST   | /api/v1/users/nobody/tokens                      | 404 | there is no user nobody
          DELETE | /api/v1/users/nobody/tokens/x                    | 404 | there is no user nobody
          DELETE | /api/v1/users/ada/tokens/x                       | 404 | there is no users/ada/tokens/x
          GET    | /api/v1/projects/nothing                         | 404 | there is no project nothing
          GET    | /api/v1/projects/..                              | 404 | there is no project ..
          GET    | /api/v1/projects/user%2Fada%2F..%2Fx             | 404 | there is no project user/ada/../x
          DELETE | /api/v1/projects/nothing                         | 404 | there is no project nothing
          GET    | /api/v1/projects/nothing/runs                    | 404 | there is no project nothing
          POST   | /api/v1/projects/nothing/runs                    | 404 | there is no project nothing
          GET    | /api/v1/projects/p1/runs/9                       | 404 | there is no runs/project/p1/9
          GET    | /api/v1/projects/p1/runs/0                       | 404 | there is no run 0 of user/ada/demo
          GET    | /api/v1/projects/p1/runs/x                       | 404 | there is no run x of user/ada/demo
          POST   | /api/v1/projects/p1/runs/9/cancel                | 404 | there is no runs/project/p1/9/cancel
          POST   | /api/v1/projects/p1/runs/9/stop                  | 404 | there is no runs/project/p1/9/stop
          POST   | /api/v1/projects/p1/runs/9/tasks/t/approve       | 404 | there is no runs/project/p1/9/tasks/t/approve
          GET    | /api/v1/projects/p1/runs/9/tasks/t/logs          | 404 | there is no runs/project/p1/9/tasks/t/logs
          GET    | /api/v1/projects/nothing/runs/1/events           | 404 | there is no project nothing
          """)
  void whatDoesNotExistIsSaid(String method, String path, int status, String message) {
    Answered answered = call("root", method, path, "");
    assertThat(answered.status()).as(text(answered)).isEqualTo(status);
    assertThat(answered.contentType()).isEqualTo("application/problem+json");
    assertThat(text(answered)).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/users                                 | ''                            | the request needs a JSON body
          /api/v1/users                                 | {"nmae":"x"}                  | unknown field \\"nmae\\"; did you mean \\"name\\"?
          /api/v1/users/ada/tokens                      | []                            | the body has to be an object
          /api/v1/projects                              | {"name":{}}                   | \\"name\\" has to be text
          /api/v1/projects/p1/runs                      | {                             | the body is not JSON
          /api/v1/projects/p1/runs                      | {}                            | a run needs a name
          /api/v1/projects/p1/runs                      | {"name":"x","tsks":[]}        | unknown field \\"tsks\\"; did you mean \\"tasks\\"?
          /api/v1/projects/p1/runs                      | {"name":"x","tasks":[{}]}     | \\"tasks[0].name\\" is missing
          /api/v1/projects/p1/runs                      | {"name":"x","runs":[{"name":"y"}]} | not both
          /api/v1/projects/p1/runs/1/cancel             | {"why":"x"}                   | unknown field \\"why\\"
          /api/v1/projects/p1/runs/1/stop               | x                             | the body is not JSON
          /api/v1/projects/p1/runs/1/tasks/t/approve    | {"a":1}                       | unknown field \\"a\\"
          /api/v1/projects/p1/runs/1/tasks/t/annotations | {"annotations":[]}           | \\"annotations\\" has to be an object
          """)
  void aBadBodyIsExplained(String path, String body, String message) {
    Answered answered = call("root", "POST", path, body);
    assertThat(answered.status()).as(text(answered)).isEqualTo(400);
    assertThat(text(answered)).contains(message);
    assertThat(gateway.service.asked).isEmpty();
  }

  @Test
  void aRunThatIsAskedForHasTheRequestAsTheFirstSpanOfItsTrace() {
    assertThat(call("ada", "POST", DEMO + "/runs", "{\"name\":\"x\",\"tasks\":[]}").status())
        .isEqualTo(201);
    RunTrace trace = RunTrace.of(RunId.parse("project/p1/7"));
    Span span = gateway.traces.named("create run").getLast();
    assertThat(span.trace()).isEqualTo(trace.id());
    assertThat(span.id()).isEqualTo(trace.cause());
    assertThat(span.parent()).isNull();
  }

  @Test
  void whileThereIsNoRoomNothingIsChangedAndAllElseIsAnswered() {
    String run = "{\"name\":\"x\",\"tasks\":[]}";
    gateway.shortage = "the disk is nearly full";
    try {
      Answered refused = call("ada", "POST", DEMO + "/runs", run);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(text(refused)).contains("\"no-space\"").contains("the disk is nearly full");
      assertThat(call("ada", "DELETE", DEMO, "").status()).isEqualTo(503);
      assertThat(gateway.service.asked).isEmpty();
      assertThat(call("nobody", "POST", DEMO + "/runs", run).status()).isEqualTo(401);
      assertThat(call("ada", "GET", DEMO + "/runs", "").status()).isEqualTo(200);
      assertThat(call("ada", "GET", "/readyz", "").status()).isEqualTo(503);
      assertThat(call("ada", "GET", "/livez", "").status()).isEqualTo(204);
      assertThat(text(call("ada", "GET", "/api/v1/status", "")))
          .contains("\"refusing\":{\"code\":\"no-space\",\"message\":\"the disk is nearly full\"}");
    } finally {
      gateway.shortage = null;
    }
    assertThat(call("ada", "POST", DEMO + "/runs", run).status()).isEqualTo(201);
    assertThat(call("ada", "GET", "/readyz", "").status()).isEqualTo(204);
  }

  @Test
  void inMaintenanceNothingNewIsTakenUntilAnAdministratorEndsIt() {
    String run = "{\"name\":\"x\",\"tasks\":[]}";
    assertThat(text(call("ada", "GET", MAINTENANCE, ""))).isEqualTo("{\"on\":false}");
    String disk = "{\"reason\":\" a new disk \"}";
    assertThat(call("ada", "PUT", MAINTENANCE, disk).status()).isEqualTo(403);
    assertThat(call("ada", "DELETE", MAINTENANCE, "").status()).isEqualTo(403);
    String long501 = "{\"reason\":\"" + "x".repeat(501) + "\"}";
    assertThat(text(call("root", "PUT", MAINTENANCE, long501))).contains("at most 500 characters");
    assertThat(call("root", "PUT", MAINTENANCE, "{\"reason\":\"a\\nb\"}").status()).isEqualTo(400);
    assertThat(call("root", "PUT", MAINTENANCE, disk).status()).isEqualTo(204);
    try {
      assertThat(text(call("ada", "GET", MAINTENANCE, "")))
          .contains("\"on\":true", "\"reason\":\"a new disk\"", "\"by\":\"root\"");
      Answered refused = call("root", "POST", DEMO + "/runs", run);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(text(refused)).contains("\"maintenance\"", "maintenance: a new disk");
      assertThat(call("root", "POST", "/api/v1/users", "{\"name\":\"eve\"}").status())
          .isEqualTo(503);
      assertThat(gateway.service.asked).isEmpty();
      call("ada", "POST", DEMO + "/runs/1/stop", "");
      call("ada", "POST", DEMO + "/runs/1/cancel", "");
      assertThat(gateway.service.asked).as("what ends runs is passed on").hasSize(2);
      assertThat(call("ada", "GET", DEMO + "/runs", "").status()).isEqualTo(200);
      Answered ready = call("ada", "GET", "/readyz", "");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(text(ready)).contains("\"code\":\"maintenance\"");
      assertThat(text(call("ada", "GET", "/api/v1/status", "")))
          .contains("\"refusing\":{\"code\":\"maintenance\"");

      gateway.maintenance.unreachable = true;
      Answered stuck = call("root", "DELETE", MAINTENANCE, "");
      assertThat(stuck.status()).isEqualTo(503);
      assertThat(text(stuck)).contains("etcd does not answer");
    } finally {
      gateway.maintenance.unreachable = false;
      assertThat(call("root", "DELETE", MAINTENANCE, "").status()).isEqualTo(204);
    }
    assertThat(call("ada", "POST", DEMO + "/runs", run).status()).isEqualTo(201);
  }

  @Test
  void theStatusNamesWhoIsThereAndWhoHoldsTheLeases() {
    gateway.instances =
        new Instances(
            List.of(
                new Instances.Instance(
                    "up-1",
                    "1.2.3",
                    Instant.EPOCH,
                    "box",
                    7,
                    List.of(new Instances.Part("scheduler", "")))),
            new TreeMap<>(Map.of("writer", "up-1")),
            null);
    assertThat(text(call("ada", "GET", "/api/v1/status", "")))
        .contains(
            "\"instances\":[{\"id\":\"up-1\",\"version\":\"1.2.3\"",
            "\"role\":\"scheduler\"",
            "\"leases\":{\"writer\":\"up-1\"}");
    gateway.instances = new Instances(List.of(), new TreeMap<>(), "etcd does not answer");
    assertThat(text(call("ada", "GET", "/api/v1/status", "")))
        .contains("\"instances_unknown\":\"etcd does not answer\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/projects/p2, 404",
    "DELETE, /api/v1/projects/p2, 404",
    "GET, /api/v1/projects/p2/runs, 404",
    "POST, /api/v1/projects/p2/runs/1/cancel, 404",
    "GET, /api/v1/projects/p2/runs/1/events, 404",
    "GET, /api/v1/projects/p2/runs/1/tasks/build/logs, 404",
    "POST, /api/v1/checkpoints, 403",
    "GET, /api/v1/export, 403",
    "GET, /api/v1/users, 403",
    "DELETE, /api/v1/users/bob, 403",
    "GET, /api/v1/users/bob/tokens, 403",
    "GET, /api/v1/users/nobody/tokens, 403",
    "DELETE, /api/v1/users/bob/tokens/first, 403",
  })
  void whatBelongsToOthersIsOutOfReach(String method, String path, int status) {
    assertThat(call("ada", method, path, "").status()).isEqualTo(status);
    assertThat(gateway.service.asked).isEmpty();
  }

  @Test
  void nobodyPassesWithoutAToken() {
    assertThat(text(call("wrong", "GET", DEMO, ""))).contains("the token is not valid (any more)");
    assertThat(call("wrong", "GET", DEMO, "").status()).isEqualTo(401);
    try (var nobody =
        new dev.millrace.http.HttpCaller(java.net.URI.create(gateway.url("")), () -> null)) {
      assertThat(nobody.call("GET", "/api/v1/runs").raw().status()).isEqualTo(401);
      assertThat(nobody.call("GET", "/readyz").raw().status()).isEqualTo(204);
      assertThat(text(nobody.call("GET", "/api/v1/version").raw()))
          .isEqualTo("{\"version\":\"1.2.3\"}");
    }
  }

  @Test
  void aRunIsShownWithThePathOfItsProject() {
    assertThat(text(call("ada", "GET", DEMO + "/runs/1", "")))
        .isEqualTo("{\"project\":\"user/ada/demo\",\"number\":1,\"name\":\"build\"}");
    assertThat(text(call("ada", "GET", "/api/v1/projects/demo/runs/1", "")))
        .startsWith("{\"project\":\"user/ada/demo\"");
  }

  @Test
  void aUserSeesTheRunsOfOwnProjectsAndAnAdministratorAll() {
    assertThat(text(call("ada", "GET", "/api/v1/runs?limit=2", "")))
        .contains("\"next\":\"project/p1/1\"");
    assertThat(text(call("root", "GET", "/api/v1/runs", ""))).contains("\"next\":\"(all)/1\"");
  }

  @Test
  void runsAreCountedAsTheRunServiceCountsThem() {
    assertThat(text(call("ada", "GET", "/api/v1/runs?count=true", "")))
        .endsWith(
            "\"counts\":{\"total\":2,\"by_phase\":{\"running\":2},\"by_result\":{\"unknown\":2}}}");
  }

  @Test
  void aRunIsCreatedForTheOneWhoAsks() {
    Answered answered =
        call("ada", "POST", DEMO + "/runs", "{\"name\":\"x\",\"tasks\":[],\"group\":\"mine\"}");
    assertThat(answered.status()).isEqualTo(201);
    assertThat(text(answered))
        .isEqualTo(
            "{\"runs\":[{\"project\":\"user/ada/demo\",\"number\":7,\"name\":\"x\","
                + "\"group\":\"/project/p1/mine\"}]}");
    var asked = gateway.service.asked.getFirst();
    assertThat(asked.actor()).isEqualTo("user:id-ada");
    assertThat(asked.body())
        .contains("\"creator\":\"ada\"")
        .contains("\"MILLRACE_PROJECT_ID\":\"p1\"");
  }

  @Test
  void aKeyCountsForItsUserAndItsPathOnly() {
    for (String user : List.of("ada", "ada", "root")) {
      try (var caller = gateway.as(user)) {
        caller.call("POST", DEMO + "/runs/1/cancel").header("Idempotency-Key", "k1").send();
      }
    }
    var keys = gateway.service.asked.stream().map(FakeService.Asked::key).toList();
    assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2)).isNotEqualTo("k1");
  }

  @Test
  void aRefusalPassesUnchanged() {
    Answered answered = call("ada", "POST", DEMO + "/runs/1/stop", "");
    assertThat(answered.status()).isEqualTo(409);
    assertThat(text(answered))
        .isEqualTo(
            "{\"status\":409,\"title\":\"Conflict\",\"code\":\"wrong-state\","
                + "\"message\":\"run project/p1/1 is queued\"}");
  }

  @Test
  void anAdministratorCreatesUsers() {
    assertThat(call("ada", "POST", "/api/v1/users", "{\"name\":\"eve\"}").status()).isEqualTo(403);
    gateway.config.happen(
        0,
        List.of(
            new dev.millrace.events.config.ConfigEvent.UserCreated(
                new dev.millrace.events.UserId("u9"), "eve", false)));
    assertThat(call("root", "POST", "/api/v1/users", "{\"name\":\"eve\"}").status()).isEqualTo(201);
  }

  @Test
  void aLogIsReadFromAnyByte() {
    assertThat(text(call("ada", "GET", DEMO + "/runs/1/tasks/build/logs", "")))
        .isEqualTo("one\ntwo\nthree\n");
    assertThat(text(call("ada", "GET", DEMO + "/runs/1/tasks/build/logs?from=4", "")))
        .isEqualTo("two\nthree\n");
  }

  @Test
  void aDownloadHasTheNameOfItsRunAndTaskAndTheHeadersOfTheLog() {
    String path = DEMO + "/runs/1/tasks/build/logs?download=gzip&line=7&lines=2";
    try (var caller = gateway.as("ada");
        var got = caller.call("GET", path).header("Accept-Encoding", "gzip").open()) {
      assertThat(got.header("Content-Disposition"))
          .hasValue(
              "attachment; filename=\"demo-1-build.log.gz\"; filename*=UTF-8''demo-1-build.log.gz");
      assertThat(got.header("Millrace-Log-Position")).hasValue("7");
      assertThat(got.header("Content-Encoding")).hasValue("gzip");
    }
  }

  @Test
  void eventsGoOnAfterTheLastAndTellOnlyWhatTheReaderMaySee() throws IOException {
    assertThat(events("root", "0"))
        .containsExactly(
            "1:user/bob/other", "2:user/ada/demo", "3:user/bob/other", "4:user/ada/demo");
    assertThat(events("ada", "0")).containsExactly("2:user/ada/demo", "4:user/ada/demo");
    assertThat(events("ada", "2")).containsExactly("4:user/ada/demo");
  }

  private static List<String> events(String as, String after) throws IOException {
    List<String> seen = new ArrayList<>();
    try (var caller = gateway.as(as);
        EventReader events =
            caller.call("GET", "/api/v1/events").header("Last-Event-ID", after).events()) {
      for (var event = events.next(); event != null; event = events.next()) {
        assertThat(event.event()).isEqualTo("decision");
        String project = event.data().replaceAll(".*\"project\":\"([^\"]*)\".*", "$1");
        seen.add(event.id() + ":" + project);
      }
    }
    return seen;
  }

  @Test
  void theStatusTellsHowFarTheLedgersAreRead() {
    assertThat(text(call("ada", "GET", "/api/v1/status", "")))
        .contains("\"ready\":true")
        .contains("\"topic\":\"run-events\"")
        .contains("\"term\":\"t1\"");
  }
}
