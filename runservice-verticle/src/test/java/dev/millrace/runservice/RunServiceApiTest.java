package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.TaskToken;
import dev.millrace.runservice.TestReplica.Answered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class RunServiceApiTest {
  private static final String RUN =
      """
      {"root":"project/p1","runs":[{"name":"ci","group":"/project/p1/branch/main",
        "annotations":{"trigger":"push"},
        "static_environment":{"CI":"true","BOTH":"static"},
        "environment":{"BOTH":"run"},
        "tasks":[{"name":"build","environment":{"BOTH":"task","MINE":"task"},
                  "steps":[{"type":"run","name":"make","command":"make"}]},
                 {"name":"ship","needs_approval":true,"depends":[{"task":"build"}],
                  "steps":[{"type":"run","name":"ship","command":"true"}]}]}]}
      """;
  private static final Actor SCHEDULER = Actor.system("scheduler");
  private static final RunId ID = RunId.parse("project/p1/1");
  private static final AttemptRef ATTEMPT = new AttemptRef(ID, "build", 1);
  private static final ExecutorRef EXECUTOR = new ExecutorRef(new ExecutorId("e1"), "life1");
  private static final String CLAIM =
      """
      {"attempt":{"run":"project/p1/1","task":"build","attempt":1},
       "executor":{"id":"e1","incarnation":"life1"}}
      """;
  private final TestReplica replica = new TestReplica();

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void aRunThatWasCreatedIsSeenAtOnce() {
    Answered created = replica.ask("POST", "/runs", RUN);

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().toString()).isEqualTo("{\"runs\":[\"project/p1/1\"]}");
    JsonNode run = replica.get("/runs/project/p1/1").body();
    assertThat(run.path("id").asString()).isEqualTo("project/p1/1");
    assertThat(run.path("phase").asString()).isEqualTo("queued");
    assertThat(run.path("annotations").toString()).isEqualTo("{\"trigger\":\"push\"}");
    assertThat(run.path("tasks").path(1).path("needs_approval").booleanValue()).isTrue();
    assertThat(run.has("started_at")).isFalse();
    assertThat(replica.get("/runs").body().path("runs").path(0).path("id").asString())
        .isEqualTo("project/p1/1");
  }

  @Test
  void nobodyIsToldThatThereIsNoRunBeforeAllRunsHaveBeenRead() {
    try (var starting = TestReplica.notStarted()) {
      for (String path :
          List.of("/runs", "/runs/project/p1/1", "/runs/project/p1/1/tasks/a/logs")) {
        Answered early = starting.get(path);
        assertThat(early.status()).as(path).isEqualTo(503);
        assertThat(early.body().path("code").asString()).isEqualTo("try-later");
      }
      assertThat(starting.ask("POST", "/runs", RUN).status()).isEqualTo(503);
      assertThat(starting.get("/status").body().path("ready").booleanValue()).isFalse();

      starting.start();

      assertThat(starting.get("/runs/project/p1/1").status()).isEqualTo(404);
      assertThat(starting.get("/status").body().path("ready").booleanValue()).isTrue();
    }
  }

  @Test
  void theSameKeyIsTheSameCommand() {
    Answered first = replica.ask("POST", "/runs", RUN, Callers.IDEMPOTENCY_KEY, "a key / of mine");
    Answered again = replica.ask("POST", "/runs", RUN, Callers.IDEMPOTENCY_KEY, "a key / of mine");

    assertThat(again.what()).isEqualTo(first.what());
    assertThat(replica.get("/runs").body().path("runs").size()).isEqualTo(1);
  }

  @Test
  void aClaimIsAnsweredWithAllThatTheTaskNeedsAndCanBeRepeated() throws Exception {
    replica.ask("POST", "/runs", RUN);
    replica.accepted(SCHEDULER, new StartRun(ID));
    replica.accepted(SCHEDULER, new AssignTask(ATTEMPT, EXECUTOR));

    Answered claimed = replica.ask("POST", "/claims", CLAIM, Callers.ACTOR, "executor:e1");
    Answered again = replica.ask("POST", "/claims", CLAIM, Callers.ACTOR, "executor:e1");

    assertThat(claimed.status()).isEqualTo(200);
    assertThat(claimed.body().path("environment").toString())
        .isEqualTo("{\"BOTH\":\"run\",\"MINE\":\"task\",\"CI\":\"true\"}");
    assertThat(claimed.body().path("task").path("steps").path(0).path("command").asString())
        .isEqualTo("make");
    assertThat(TaskToken.verify(TestReplica.KEY, claimed.body().path("token").asString()))
        .contains(new TaskToken(ATTEMPT, "life1"));
    assertThat(again).isEqualTo(claimed);
    JsonNode attempt =
        replica.get("/runs/project/p1/1").body().path("tasks").path(0).path("attempts").path(0);
    assertThat(attempt.path("executor").asString()).isEqualTo("e1");
    assertThat(attempt.path("steps").path(0).toString())
        .isEqualTo("{\"name\":\"make\",\"type\":\"run\",\"status\":\"notstarted\"}");
  }

  @Test
  void anotherLifeOfTheExecutorCannotClaim() throws Exception {
    replica.ask("POST", "/runs", RUN);
    replica.accepted(SCHEDULER, new StartRun(ID));
    replica.accepted(SCHEDULER, new AssignTask(ATTEMPT, EXECUTOR));
    replica.ask("POST", "/claims", CLAIM, Callers.ACTOR, "executor:e1");

    Answered other =
        replica.ask(
            "POST", "/claims", CLAIM.replace("life1", "life2"), Callers.ACTOR, "executor:e1");

    assertThat(other.status()).isEqualTo(409);
  }

  @Test
  void aPersonActsOnARun() {
    replica.ask("POST", "/runs", RUN);

    assertThat(replica.ask("POST", "/runs/project/p1/1/tasks/ship/approve", "").status())
        .isEqualTo(204);
    assertThat(
            replica
                .ask(
                    "POST",
                    "/runs/project/p1/1/tasks/ship/annotations",
                    "{\"annotations\":{\"why\":\"because\"}}")
                .status())
        .isEqualTo(204);
    JsonNode ship = replica.get("/runs/project/p1/1").body().path("tasks").path(1);
    assertThat(ship.path("annotations").path("why").asString()).isEqualTo("because");
    assertThat(ship.path("annotations").path("approvers").asString()).contains("anna");
    assertThat(replica.ask("POST", "/runs/project/p1/1/cancel", "").status()).isEqualTo(204);
    assertThat(replica.get("/runs/project/p1/1").body().path("phase").asString())
        .isEqualTo("cancelled");
  }

  @Test
  void anUndecidedCommandCanBeAskedForAgain() {
    try (var slow = new TestReplica(false, Duration.ofMillis(50))) {
      Answered unanswered = slow.ask("POST", "/runs", RUN, Callers.IDEMPOTENCY_KEY, "key1");
      assertThat(unanswered.status()).isEqualTo(503);
      assertThat(unanswered.code()).isEqualTo("unanswered");
      assertThat(unanswered.message())
          .isEqualTo("nobody has decided this in time; ask again with the same Idempotency-Key");
      assertThat(unanswered.body().path("details").path("command_id").asString()).isEqualTo("key1");

      slow.write();
      Answered answered = unanswered;
      for (int i = 0; i < 1_000 && answered.status() == 503; i++) {
        answered = slow.ask("POST", "/runs", RUN, Callers.IDEMPOTENCY_KEY, "key1");
      }
      assertThat(answered.body().toString()).isEqualTo("{\"runs\":[\"project/p1/1\"]}");
      assertThat(slow.get("/runs").body().path("runs").size()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0} {1} {2} → {3} {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET | /runs/project/p1/2 | `` | 404 | not-found | there is no run project/p1/2",
        "GET | /runs/project/p1/x | `` | 404 | not-found | there is no run project/p1/x",
        "GET | /runs/house/p1/1 | `` | 404 | not-found | there is no run house/p1/1",
        "GET | /runs?root=p1 | `` | 400 | invalid | root cannot be \"p1\": a"
            + " root group is project/<id> or user/<id>",
        "GET | /runs?phase=red | `` | 400 | invalid | phase cannot be \"red\": it"
            + " is one of setuperror, queued, cancelled, running, finished",
        "GET | /runs?limit=0 | `` | 400 | invalid | limit has to be a number from 1 to 100",
        "GET | /runs?before=project/p1/9 | `` | 400 | invalid | before: there is no run"
            + " project/p1/9",
        "GET | /nothing | `` | 404 | not-found | there is nothing at /internal/v1/nothing",
        "POST | /runs | `` | 400 | invalid | the request needs a JSON body",
        "POST | /runs | {} | 400 | invalid | a root and at least one run are needed",
        "POST | /runs | {\"root\":\"project/p1\",\"runs\":[]} | 400 | invalid"
            + " | a root and at least one run are needed",
        "POST | /runs | {\"root\":\"project/p1\",\"runs\":[{\"tasks\":[{}]}]} | 400 | invalid"
            + " | \"runs[0].name\" is missing",
        "POST | /runs | {\"roots\":1} | 400 | invalid"
            + " | unknown field \"roots\"; did you mean \"root\"?",
        "POST | /runs/project/p1/2/cancel | `` | 404 | not-found | there is no run project/p1/2",
        "POST | /runs/project/p1/2/stop | `` | 404 | not-found | there is no run project/p1/2",
        "POST | /runs/project/p1/1/stop | `` | 409 | wrong-state"
            + " | run project/p1/1 is queued, not running",
        "POST | /runs/project/p1/1/cancel | {\"a\":1} | 400 | invalid | *",
        "POST | /runs/project/p1/1/tasks/x/approve | `` | 404 | not-found | *",
        "POST | /runs/project/p1/1/tasks/x/annotations | {\"annotations\":{\"a\":\"b\"}} | 404"
            + " | not-found | *",
        "POST | /runs/project/p1/1/tasks/build/annotations | {} | 400 | invalid"
            + " | annotations are needed",
        "POST | /runs/project/p1/1/tasks/build/annotations |"
            + " {\"annotations\":{\"approvers\":\"b\"}} | 403 | forbidden | *",
        "POST | /claims | {} | 400 | invalid"
            + " | a claim needs an attempt (run, task, attempt) and an executor (id, incarnation)",
        "POST | /claims | {\"attempt\":{\"run\":\"project/p1/1\",\"task\":\"build\",\"attempt\":1},"
            + "\"executor\":{\"id\":\"e1\",\"incarnation\":\"l\"}} | 403 | forbidden"
            + " | an executor claims for itself only",
        "GET | /runs/project/p1/1/tasks/x/logs | `` | 404 | not-found"
            + " | run project/p1/1 has no task \"x\"",
        "GET | /runs/project/p1/1/tasks/build/logs?step=7 | `` | 404 | not-found"
            + " | task \"build\" of run project/p1/1 has no step 7",
        "GET | /runs/project/p1/1/tasks/build/logs?from=-1 | `` | 400 | invalid"
            + " | from has to be a number from 0 on",
        "GET | /events?after=9:1 | `` | 400 | invalid | \"9:1\" is not a position in the ledger:"
            + " <partition>:<offset>, joined by commas",
        "GET | /events?run=project/p1/5 | `` | 404 | not-found | there is no run project/p1/5",
      })
  void whatCannotBeIsAnsweredWithTheReason(
      String method, String path, String body, int status, String code, String message) {
    replica.ask("POST", "/runs", RUN);

    Answered answer = replica.ask(method, path, body);

    assertThat(answer.message())
        .matches(m -> message.equals("*") ? !m.isBlank() : m.equals(message));
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void nobodyIsLetInWithoutTheToken() {
    var none = replica.reply("GET", "/runs", "", Map.of());
    var wrong = replica.reply("GET", "/runs", "", Map.of("Authorization", "Bearer internaL"));

    assertThat(none.status()).isEqualTo(401);
    assertThat(wrong.status()).isEqualTo(401);
  }

  @Test
  void whoActsHasToBeTold() {
    Answered answer = replica.ask("POST", "/runs", RUN, Callers.ACTOR, "anna");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo("the header Millrace-Actor has to be user:<id> or executor:<id>");
  }
}
