package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Partitions;
import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.endtoend.BadCommands.Bad;
import dev.millrace.verification.endtoend.BrokenConfigs.Broken;
import dev.millrace.verification.endtoend.Interface.Body;
import dev.millrace.verification.endtoend.Interface.Place;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * Whatever is wrong in what comes in is told in a sentence, and disturbs nobody else: another run
 * streams all the while and has to end byte exact.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BadInputIT {
  private static final Body NEW_RUN =
      new Body(
          "{\"name\": \"x\"}",
          "known: annotations, environment, group, name, runs, setup_errors, tasks");
  private static final Body NOTES =
      new Body("{\"annotations\": {\"a\": \"b\"}}", "known: annotations");

  private static Installation installation;
  private static RunningServer server;
  private static Api api;
  private static TalkingRun talking;
  private static String projectId;
  private static String adminId;
  private static List<Interface> interfaces;

  @BeforeAll
  static void start() throws Exception {
    installation = Installation.create();
    server = installation.upAndReady("--driver", "host-plain", "--allow-unsandboxed");
    api = server.api();
    api.createProject("p");
    api.createProject("broken");
    talking = TalkingRun.start(api, "p", installation.home());
    String group = api.run("p", talking.number()).get("group").asString();
    projectId = group.replaceAll("/project/([^/]+)/.*", "$1");
    adminId = adminId();
    interfaces = interfaces();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
    installation.close();
  }

  private static String adminId() throws Exception {
    var asked =
        new Asked(installation.uri(), Map.of("Authorization", "Bearer " + installation.token()));
    return asked.ask("GET", "/api/v1/user").body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
  }

  private static Connection connection() {
    return Connection.of(installation.dataDirectory()).orElseThrow();
  }

  private static List<Interface> interfaces() throws Exception {
    var routes = KnownRoutes.read(installation.home().resolve("no-repositories"));
    return List.of(gateway(routes), runservice(routes), configstore(routes), datamanager(routes));
  }

  private static Interface gateway(KnownRoutes routes) throws Exception {
    Place name = new Place("admin", "nobody", "there is no user nobody");
    return new Interface(
        new Asked(installation.uri(), Map.of("Authorization", "Bearer " + installation.token())),
        // what git speaks is in the table of bad requests
        routes.gateway().stream().filter(route -> !route.path().startsWith("/git/")).toList(),
        Map.of(
            "ref", new Place("p", "nobody", "there is no project nobody"),
            "number",
                new Place("1", "99999", "there is no run project/%s/99999".formatted(projectId)),
            "task", noTask(),
            "name", name,
            "token", new Place("none", "nothing", "user admin has no token \"nothing\"")),
        Map.of(
            "POST /api/v1/users", new Body("{\"name\": \"x\"}", "known: admin, name"),
            "POST /api/v1/users/:name/tokens", new Body("{\"name\": \"x\"}", "known: name"),
            "POST /api/v1/projects",
                new Body("{\"name\": \"x\"}", "known: name, owner, remote_repository_config_type"),
            "POST /api/v1/projects/:ref/runs", NEW_RUN,
            "PUT /api/v1/maintenance", new Body("{}", "known: reason"),
            "POST /api/v1/projects/:ref/runs/:number/tasks/:task/annotations", NOTES),
        Set.of("GET /livez", "GET /readyz", "GET /api/v1/version"),
        "sign in with a token: Authorization: Bearer <token>",
        "the token is not valid (any more)");
  }

  private static Interface runservice(KnownRoutes routes) {
    String run = "there is no run %s";
    return new Interface(
        internal(connection().runservice().resolve("/")),
        routes.runservice(),
        Map.of(
            "kind", new Place("project", "team", run.formatted("team/" + projectId + "/1")),
            "id", new Place(projectId, "nobody", run.formatted("project/nobody/1")),
            "number", new Place("1", "99999", run.formatted("project/" + projectId + "/99999")),
            "task", noTask()),
        Map.of(
            "POST /internal/v1/runs", new Body("{}", "known: root, runs"),
            "POST /internal/v1/claims", new Body("{}", "known: attempt, executor"),
            "POST /internal/v1/runs/:kind/:id/:number/tasks/:task/annotations", NOTES),
        Set.of("GET /livez", "GET /readyz"),
        "the internal interface needs its token",
        "the internal interface needs its token");
  }

  private static Interface configstore(KnownRoutes routes) {
    return new Interface(
        internal(connection().configstore().resolve("/")),
        routes.configstore(),
        Map.of(
            "user", new Place("admin", "nobody", "there is no user nobody"),
            "token", new Place("none", "nothing", "user admin has no token \"nothing\""),
            "project", new Place(projectId, "nobody", "there is no project nobody")),
        Map.of(
            "POST /internal/v1/users", new Body("{\"name\": \"x\"}", "known: admin, name"),
            "POST /internal/v1/users/:user/tokens", new Body("{\"name\": \"x\"}", "known: name"),
            "POST /internal/v1/projects",
                new Body("{}", "known: name, owner, remote_repository_config_type")),
        Set.of(),
        "this interface is for parts of Millrace only",
        "this interface is for parts of Millrace only");
  }

  private static Interface datamanager(KnownRoutes routes) {
    return new Interface(
        internal(connection().datamanager().resolve("/")),
        routes.datamanager(),
        Map.of(),
        Map.of(),
        Set.of("GET /livez"),
        "the internal interface needs its token",
        "the internal interface needs its token");
  }

  private static Place noTask() {
    return new Place(
        "talk", "nothing", "run project/%s/1 has no task \"nothing\"".formatted(projectId));
  }

  private static Asked internal(URI base) {
    return new Asked(
        URI.create(base.toString().replaceAll("/$", "")),
        Map.of(
            "Authorization",
            "Bearer " + connection().internalToken(),
            "Millrace-Actor",
            "user:" + adminId));
  }

  private static Stream<DynamicTest> everywhere(Function<Interface, Stream<DynamicTest>> tests) {
    return interfaces.stream().flatMap(tests);
  }

  @Test
  @Order(1)
  void aBrokenConfigurationIsARunInSetupErrorThatSaysWhatIsWrongAndWhere() throws Exception {
    var repository = GitRepository.of(installation, "broken", "user/admin/broken");
    List<String> push = new ArrayList<>(List.of("push", "-q", "origin"));
    for (Broken broken : BrokenConfigs.all()) {
      repository.git("rm", "-rqf", "--ignore-unmatch", ".millrace").expectSuccess();
      repository.write(broken.file(), broken.content()).commit(broken.branch());
      repository.git("branch", broken.branch()).expectSuccess();
      push.add(broken.branch());
    }
    repository.git(push.toArray(String[]::new)).expectSuccess();
    for (int i = 1; i <= BrokenConfigs.all().size(); i++) {
      api.awaitEnd("broken", i);
    }
    Map<String, List<String>> told = new LinkedHashMap<>();
    Map<String, List<String>> expected = new LinkedHashMap<>();
    BrokenConfigs.all().forEach(broken -> expected.put(broken.branch(), broken.errors()));
    for (JsonNode run : api.runs("broken")) {
      JsonNode shown = api.run("broken", run.get("number").asLong());
      assertThat(shown.get("phase").asString()).isEqualTo("setuperror");
      List<String> errors = new ArrayList<>();
      shown
          .get("setup_errors")
          .forEach(
              error ->
                  errors.add(
                      error.get("place").asString() + ": " + error.get("message").asString()));
      told.put(shown.at("/annotations/branch").asString(), errors);
    }
    assertThat(told).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> whatDoesNotExistIsSaidAtEveryEndpoint() {
    return everywhere(Interface::unknownIds);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> aBadBodyIsExplainedAtEveryEndpoint() {
    return everywhere(Interface::badBodies);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> strangersAreToldToSignInAtEveryEndpoint() {
    return everywhere(Interface::strangers);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> anotherMethodIsRefusedAtEveryEndpoint() {
    return everywhere(Interface::otherMethods);
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> eachMistakeIsToldInItsOwnSentence() {
    return Stream.of(
            BadRequests.tests(BadRequests.PUBLIC, projectId, interfaces.get(0).asked()),
            BadRequests.tests(BadRequests.RUNSERVICE, projectId, below(interfaces.get(1).asked())),
            BadRequests.tests(BadRequests.CONFIGSTORE, projectId, below(interfaces.get(2).asked())))
        .flatMap(Function.identity());
  }

  @TestFactory
  @Order(2)
  Stream<DynamicTest> theGitServerTakesOnlyGitFromThoseWhoSignIn() {
    return BadGit.tests("/git/user/admin/p.git", interfaces.getFirst().asked());
  }

  private static Asked below(Asked asked) {
    return new Asked(URI.create(asked.server() + "/internal/v1"), asked.headers());
  }

  @Test
  @Order(3)
  void everyBadCommandIsRejectedOnTheLedgerWhichGoesOn() throws Exception {
    try (var bus = bus();
        var runs = new Published<>(bus, Ledgers.RUNS);
        var config = new Published<>(bus, Ledgers.CONFIG)) {
      rejected(runs, BadCommands.aboutRuns(Ledgers.RUNS.commandCodec()::write));
      misplaced(runs);
      rejected(config, BadCommands.aboutConfiguration(Ledgers.CONFIG.commandCodec()::write));
    }
  }

  /** Right but for where and when; in the end one that is right in all. */
  private static void misplaced(Published<?> ledger) throws Exception {
    String root = "project/nowhere";
    int right = Partitions.of(root, ledger.partitions());
    int wrong = (right + 1) % ledger.partitions();
    Instant now = Instant.now();
    assertThat(ledger.told(ledger.publish(wrong, root, BadCommands.good("misplaced", now))))
        .isEqualTo(
            "wrong-partition this belongs into partition %d, not %d: publish it with the key of its"
                    .formatted(right, wrong)
                + " root group");
    var early = BadCommands.good("early", now.plusSeconds(900));
    assertThat(ledger.told(ledger.publish(root, early)))
        .startsWith("from-the-future this was made at ");
    assertThat(ledger.told(ledger.publish(root, BadCommands.good("good", now))))
        .as("the ledger goes on")
        .isEqualTo("accepted project/nowhere/1");
  }

  private static KafkaBus bus() {
    Connection connection = connection();
    return new KafkaBus(
        new KafkaSettings(
            connection.kafka(),
            new Credentials(connection.kafkaUser(), connection.kafkaPassword()),
            1));
  }

  private static void rejected(Published<?> ledger, List<Bad> commands) throws Exception {
    Map<String, Published.At> places = new LinkedHashMap<>();
    for (Bad bad : commands) {
      places.put(bad.name(), ledger.publish(bad.key(), bad.record()));
    }
    Map<String, String> told = new LinkedHashMap<>();
    Map<String, String> expected = new LinkedHashMap<>();
    for (Bad bad : commands) {
      expected.put(bad.name(), bad.told());
    }
    places.forEach((name, at) -> told.put(name, ledger.told(at)));
    assertThat(told).containsExactlyEntriesOf(expected);
  }

  @Test
  @Order(9)
  void theRunThatStreamedMeanwhileEndsByteExactAndNothingUnexpectedHappened() throws Exception {
    talking.endsByteExact();
    try (var log = Files.lines(installation.dataDirectory().resolve("log/server.log"))) {
      assertThat(
              log.filter(line -> line.matches("\\S+ ERROR \\[\\S+\\] d\\S*\\.m\\S*\\..*")).toList())
          .isEmpty();
    }
  }
}
