package dev.millrace.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Home;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ClientTest {
  private static final Map<String, Object> RUN =
      Map.of(
          "project", "user/ann/demo",
          "number", 7,
          "name", "build",
          "group", "/project/p/branch/main",
          "phase", "running",
          "result", "unknown",
          "annotations", Map.of("branch", "main"),
          "created_at", "2026-01-02T03:04:05.678Z",
          "tasks_waiting_approval", List.of("publish"));

  @TempDir Path folder;
  private FakeServer server = new FakeServer();
  private Home home = new Home(Path.of("/"));

  @BeforeEach
  void home() {
    home = new Home(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void signedIn() throws IOException {
    new SignedIn(server.start(), FakeServer.TOKEN, null).write(home.clientFile());
  }

  private static JsonNode json(String text) {
    return ClientCommand.JSON.readTree(text);
  }

  @Test
  void whoIsNotSignedInIsToldHow() {
    Home.Ran ran = home.millrace("run", "list");
    assertThat(ran.exit()).isEqualTo(Exit.REJECTED);
    assertThat(ran.err()).contains("./millrace up").contains("./millrace login URL");
  }

  @Test
  void signingInKeepsTheTokenForItsOwnerOnly() throws IOException {
    server.on("GET", "/user", _ -> Reply.ok(Map.of("name", "ann")));
    Home.Ran ran =
        home.typing(FakeServer.TOKEN + "\n").millrace("login", server.start().toString());
    assertThat(ran.exit()).isEqualTo(Exit.OK);
    assertThat(ran.out()).contains("as ann");
    assertThat(Files.readString(home.clientFile())).contains(FakeServer.TOKEN);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.clientFile())))
        .isEqualTo("rw-------");
  }

  @Test
  void aWrongTokenSignsNobodyIn() {
    server.on("GET", "/user", _ -> Reply.ok(Map.of("name", "ann")));
    Home.Ran ran = home.typing("mrt_bad\n").millrace("login", server.start().toString());
    assertThat(ran.exit()).isEqualTo(Exit.REJECTED);
    assertThat(ran.err()).contains("this token is not known");
    assertThat(home.clientFile()).doesNotExist();
  }

  @Test
  void runsAreListedAsTextAndAsJson() throws IOException {
    server.on("GET", "/runs", _ -> Reply.ok(Map.of("runs", List.of(RUN))));
    signedIn();
    assertThat(home.millrace("run", "list").out())
        .contains("user/ann/demo/7")
        .contains("running")
        .contains("publish");
    JsonNode listed = json(home.millrace("run", "list", "--output", "json").out());
    assertThat(listed.get(0).path("number").asInt()).isEqualTo(7);
    assertThat(listed.get(0).propertyNames())
        .contains("project", "number", "name", "group", "phase", "result");
  }

  @Test
  void runsAreCountedWithTheFiltersOfAList() throws IOException {
    var counts =
        Map.of("total", 12, "by_phase", Map.of("finished", 12), "by_result", Map.of("failed", 12));
    server.on(
        "GET",
        "/runs",
        request ->
            Reply.ok(
                request.query("count").filter("true"::equals).isPresent()
                        && request.query("group").filter("/a,/b"::equals).isPresent()
                        && request.query("result").filter("failed"::equals).isPresent()
                    ? Map.of("runs", List.of(RUN), "counts", counts)
                    : Map.of("runs", List.of(RUN))));
    signedIn();
    String[] call = {"run", "list", "--count", "--group", "/a,/b", "--result", "failed"};
    assertThat(home.millrace(call).out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly("OF RUNS", "all 12", "phase finished 12", "result failed 12");
    JsonNode told =
        json(
            home.millrace(
                    "run", "list", "--count", "-o", "json", call[3], call[4], call[5], call[6])
                .out());
    assertThat(told.path("by_result").path("failed").asInt()).isEqualTo(12);
  }

  @Test
  void aListGoesOnOverPages() throws IOException {
    server.on(
        "GET",
        "/runs",
        request ->
            request.query("before").isPresent()
                ? Reply.ok(Map.of("runs", List.of(RUN)))
                : Reply.ok(Map.of("runs", List.of(RUN, RUN), "next", "project/p/7")));
    signedIn();
    assertThat(json(home.millrace("run", "list", "-o", "json").out())).hasSize(3);
    assertThat(json(home.millrace("run", "list", "-o", "json", "--limit", "2").out())).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid, 1",
    "401, unauthorized, 1",
    "403, forbidden, 1",
    "404, not-found, 4",
    "409, wrong-state, 1",
    "500, internal, 1",
    "502, unreachable, 69",
    "503, try-later, 75"
  })
  void theServersMessageIsShownAndItsStatusDecidesTheExit(int status, String code, int exit)
      throws IOException {
    server.on(
        "POST",
        "/projects/:ref/runs/:number/stop",
        _ -> {
          throw new ProblemException(Problem.of(status, code, "the very sentence"));
        });
    signedIn();
    Home.Ran ran = home.millrace("run", "stop", "demo/7");
    assertThat(ran.exit()).isEqualTo(exit);
    assertThat(ran.err()).contains("the very sentence");
    Home.Ran told = home.millrace("run", "stop", "demo/7", "--output", "json");
    assertThat(json(told.err()).path("code").asString()).isEqualTo(code);
  }

  @Test
  void whatIsUnansweredIsAskedAgainWithTheSameKey() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    var keys = new java.util.concurrent.ConcurrentSkipListSet<String>();
    server.on(
        "POST",
        "/projects/:ref/runs/:number/stop",
        request -> {
          keys.add(request.header("Idempotency-Key").orElse(""));
          if (tries.incrementAndGet() < 3) {
            throw new ProblemException(Problem.of(503, "unanswered", "ask again"));
          }
          return Reply.empty();
        });
    signedIn();
    assertThat(home.millrace("run", "stop", "demo/7").exit()).isEqualTo(Exit.OK);
    assertThat(tries).hasValue(3);
    assertThat(keys).hasSize(1);
  }

  @Test
  @SuppressWarnings("try") // closing is what is tested
  void aServerThatIsGoneIsUnreachable() throws IOException {
    try (var taken = new ServerSocket(0)) {
      taken.close();
      Home.Ran ran =
          home.with("MILLRACE_SERVER", "http://127.0.0.1:" + taken.getLocalPort())
              .with("MILLRACE_TOKEN", "mrt_x")
              .millrace("status");
      assertThat(ran.exit()).isEqualTo(Exit.UNREACHABLE);
      assertThat(ran.err()).contains("is the server running?");
    }
  }

  @Test
  void theTokenGoesToNoOtherServer() throws IOException {
    server.on("GET", "/user", _ -> Reply.ok(Map.of("name", "ann")));
    signedIn();
    Home.Ran ran = home.millrace("status", "--server", "http://127.0.0.1:1");
    assertThat(ran.exit()).isEqualTo(Exit.REJECTED);
    assertThat(ran.err()).contains("not signed in to http://127.0.0.1:1");
    assertThat(
            home.typing("protocol=http\nhost=127.0.0.1:1\n\n")
                .millrace("git-credential", "get")
                .out())
        .isEmpty();
  }

  @Test
  void gitIsToldTheTokenOfItsServer() throws IOException {
    signedIn();
    String host = Objects.requireNonNull(SignedIn.read(home.clientFile())).server().getAuthority();
    assertThat(
            home.typing("protocol=http\nhost=" + host + "\n\n")
                .millrace("git-credential", "get")
                .out())
        .isEqualTo("username=millrace\npassword=mrt_good\n");
  }

  @Test
  void aNewProjectComesWithTheCommandsThatPushToIt() throws IOException {
    server.on("POST", "/projects", _ -> Reply.created(Map.of("id", "p", "path", "user/ann/shop")));
    signedIn();
    String out = home.millrace("project", "create", "shop").out();
    assertThat(out)
        .containsPattern("git remote add millrace http://127.0.0.1:\\d+/git/user/ann/shop.git")
        .contains("!/opt/millrace/millrace git-credential' push millrace HEAD");
    assertThat(server.asked()).containsExactly("POST /api/v1/projects {\"name\":\"shop\"}");
  }

  @Test
  void theOnlyWaitingTaskIsApprovedWithoutNamingIt() throws IOException {
    server
        .on("GET", "/projects/:ref/runs/:number", _ -> Reply.ok(RUN))
        .on("POST", "/projects/:ref/runs/:number/tasks/:task/approve", _ -> Reply.empty());
    signedIn();
    Home.Ran ran = home.millrace("run", "approve", "user/ann/demo/7");
    assertThat(ran.exit()).isEqualTo(Exit.OK);
    assertThat(server.asked())
        .contains("POST /api/v1/projects/user%2Fann%2Fdemo/runs/7/tasks/publish/approve");
  }

  @Test
  void theOnlyProjectNeedNotBeNamed() throws IOException {
    server
        .on(
            "GET",
            "/projects",
            _ -> Reply.ok(Map.of("projects", List.of(Map.of("path", "user/ann/demo")))))
        .on("POST", "/projects/:ref/runs/:number/stop", _ -> Reply.empty());
    signedIn();
    assertThat(home.millrace("run", "stop", "7").out()).contains("stopping user/ann/demo/7");
  }

  @Test
  void whichProjectIsAskedIfThereAreSeveral() throws IOException {
    server.on(
        "GET",
        "/projects",
        _ -> Reply.ok(Map.of("projects", List.of(Map.of("path", "a"), Map.of("path", "b")))));
    signedIn();
    Home.Ran ran = home.millrace("run", "stop", "7");
    assertThat(ran.exit()).isEqualTo(Exit.USAGE);
    assertThat(ran.err()).contains("which project? There are: a, b");
  }

  @Test
  void tasksFromAFileBecomeARun() throws IOException {
    server.on(
        "POST",
        "/projects/:ref/runs",
        _ ->
            Reply.created(
                Map.of(
                    "runs",
                    List.of(Map.of("project", "user/ann/demo", "number", 3, "name", "run")))));
    signedIn();
    Files.writeString(folder.resolve("tasks.json"), "[{\"name\": \"t\"}]");
    Home.Ran ran = home.millrace("run", "create", "--from", "tasks.json", "-p", "demo");
    assertThat(ran.err()).contains("created run user/ann/demo/3 (run)");
    assertThat(server.asked())
        .containsExactly(
            "POST /api/v1/projects/demo/runs {\"tasks\":[{\"name\":\"t\"}],\"name\":\"run\"}");
    Files.writeString(folder.resolve("tasks.json"), "[{");
    assertThat(home.millrace("run", "create", "--from", "tasks.json", "-p", "demo").err())
        .contains("tasks.json is not JSON");
    assertThat(home.millrace("run", "create", "--from", "none.json", "-p", "demo").err())
        .contains("there is no file");
  }

  @ParameterizedTest
  @CsvSource({"run, frobnicate", "--frob, x", "run, stop", "logs, demo/x"})
  void wrongUsageIsAStatusOfItsOwn(String first, String second) throws IOException {
    signedIn();
    assertThat(home.millrace(first, second).exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "up",
            "down",
            "status",
            "login",
            "init",
            "logs",
            "version",
            "project create",
            "project list",
            "project delete",
            "run create",
            "run list",
            "run show",
            "run approve",
            "run stop",
            "run cancel",
            "user create",
            "user list",
            "user delete",
            "token create",
            "token list",
            "token delete",
            "scheduler",
            "executor")) {
      Home.Ran ran = home.millrace((command + " --help").split(" "));
      assertThat(ran.exit()).as(command).isEqualTo(Exit.OK);
      assertThat(ran.out()).as(command).contains("Usage: millrace " + command);
    }
  }

  @Test
  void aSampleIsWrittenOnce() throws IOException {
    assertThat(home.millrace("init").exit()).isEqualTo(Exit.OK);
    assertThat(folder.resolve(".millrace/config.yml")).isNotEmptyFile();
    Home.Ran again = home.millrace("init");
    assertThat(again.exit()).isEqualTo(Exit.REJECTED);
    assertThat(again.err()).contains("exists already");
  }
}
