package dev.millrace.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.Server;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpClaimsTest {
  private static final AttemptRef ONE = Workshop.attempt(1);
  private static final ExecutorRef SELF = new ExecutorRef(new ExecutorId("e"), "one");
  private static final ClaimedTask TASK =
      new ClaimedTask(
          ONE,
          new TaskSpec(
              "build",
              List.of(),
              Map.of(),
              null,
              null,
              false,
              false,
              false,
              List.of(
                  new Step.Clone("clone", null, true),
                  new Step.Run("make", "make", Map.of("A", "b"), null, null))),
          Map.of("CI", "true"),
          "mrtt_x");

  private volatile Function<Request, Reply> answer = _ -> Reply.empty();
  private final Vertx vertx = Vertx.vertx();
  private final Server server =
      new HttpApi("test")
          .on("POST", "/internal/v1/claims", request -> answer.apply(request))
          .listen(vertx, "127.0.0.1", 0);
  private final HttpCaller caller =
      new HttpCaller(
          URI.create("http://127.0.0.1:%d/internal/v1".formatted(server.port())), "internal");
  private final HttpClaims claims = new HttpClaims(caller);

  @AfterEach
  void close() {
    claims.close();
    caller.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void anAcceptedClaimGivesTheTask() {
    answer =
        request -> {
          assertThat(request.header("Authorization")).contains("Bearer internal");
          assertThat(request.header("Millrace-Actor")).contains("executor:e");
          assertThat(request.header("Idempotency-Key")).contains("key");
          var body = request.json(Body.class);
          assertThat(body.attempt()).isEqualTo(ONE);
          assertThat(body.executor()).isEqualTo(SELF);
          return Reply.ok(TASK);
        };
    assertThat(claims.claim(ONE, SELF, "key").toCompletableFuture().join()).isEqualTo(TASK);
  }

  @Test
  void aConflictIsARefusal() {
    answer = _ -> Reply.failed(ProblemException.conflict("stale", "it is over").problem());
    assertThatThrownBy(() -> claims.claim(ONE, SELF, "key").toCompletableFuture().join())
        .hasCauseInstanceOf(ClaimRefusedException.class)
        .hasRootCauseMessage("it is over");
  }

  @Test
  void anUnansweredClaimMayBeAskedAgain() {
    answer = _ -> Reply.failed(Problem.of(503, "unanswered", "ask again"));
    assertThatThrownBy(() -> claims.claim(ONE, SELF, "key").toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @CsvSource({"409, expired", "400, from-the-future"})
  void aClaimThatIsRefusedForItsTimeMayBeAskedAgain(int status, String code) {
    answer = _ -> Reply.failed(Problem.of(status, code, "a clock is wrong"));
    assertThatThrownBy(() -> claims.claim(ONE, SELF, "key").toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ProblemException.class);
  }

  record Body(AttemptRef attempt, ExecutorRef executor) {}
}
