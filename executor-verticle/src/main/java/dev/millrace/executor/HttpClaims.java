package dev.millrace.executor;

import dev.millrace.events.Json;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.ProblemException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Claims by the run service's internal HTTP. */
public final class HttpClaims implements Claims, AutoCloseable {
  private static final Set<Integer> REFUSED = Set.of(400, 404, 409, 410, 413);

  // Not a word about the claim: a copy of it, sent by an instance with another clock, may yet be
  // accepted.
  private static final Set<String> BY_THE_CLOCK =
      Set.of(Code.EXPIRED.wire(), Code.FROM_THE_FUTURE.wire());

  private final HttpCaller runservice;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("claim-", 0).factory());

  /**
   * Makes it.
   *
   * @param runservice its base is what {@code /claims} is appended to; stays the caller's
   */
  public HttpClaims(HttpCaller runservice) {
    this.runservice = runservice;
  }

  @Override
  public CompletionStage<ClaimedTask> claim(AttemptRef attempt, ExecutorRef executor, String key) {
    return CompletableFuture.supplyAsync(() -> call(attempt, executor, key), threads);
  }

  private ClaimedTask call(AttemptRef attempt, ExecutorRef executor, String key) {
    try {
      var answer =
          runservice
              .call("POST", "/claims")
              .header("Millrace-Actor", "executor:" + executor.id())
              .header("Idempotency-Key", key)
              .json(new Body(attempt, executor))
              .exchange();
      return Json.read(answer.body(), ClaimedTask.class);
    } catch (ProblemException e) {
      if (!BY_THE_CLOCK.contains(e.problem().code()) && REFUSED.contains(e.problem().status())) {
        throw new ClaimRefusedException(e.problem().message());
      }
      throw e; // may pass
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private record Body(AttemptRef attempt, ExecutorRef executor) {}
}
