package dev.millrace.runservice;

import dev.millrace.events.Actor;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.runservice.core.Specifications;
import dev.millrace.runservice.feed.RunFeed;
import org.jspecify.annotations.Nullable;

/**
 * An executor's claim: it gets what it needs to run the task once the claim is an accepted
 * decision, and again when it repeats itself.
 */
final class ClaimRoutes {
  private final RunFeed feed;
  private final Answers answers;
  private final Callers callers;
  private final byte[] tokenKey;

  ClaimRoutes(RunFeed feed, Answers answers, Callers callers, byte[] tokenKey) {
    this.feed = feed;
    this.answers = answers;
    this.callers = callers;
    this.tokenKey = tokenKey.clone();
  }

  void addTo(HttpApi api) {
    api.on("POST", "/internal/v1/claims", this::claim);
  }

  /** The body of a claim. */
  record Claim(@Nullable AttemptRef attempt, @Nullable ExecutorRef executor) {}

  private Reply claim(Request request) throws InterruptedException {
    Claim claim = request.json(Claim.class);
    AttemptRef attempt = claim.attempt();
    ExecutorRef executor = claim.executor();
    if (attempt == null
        || attempt.run() == null
        || attempt.task() == null
        || executor == null
        || executor.id() == null
        || executor.incarnation() == null) {
      throw ProblemException.badRequest(
          "a claim needs an attempt (run, task, attempt) and an executor (id, incarnation)");
    }
    Actor actor = Callers.actor(request);
    if (!actor.equals(Actor.executor(executor.id()))) {
      throw ProblemException.forbidden("an executor claims for itself only");
    }
    return answers.decided(
        callers.command(request, actor, new ClaimTask(attempt, executor)),
        _ -> claimed(attempt, executor, null),
        rejected -> claimed(attempt, executor, rejected));
  }

  /**
   * The task, if this executor holds it now. A rejected claim of a task that is its own already is
   * a claim whose answer was lost.
   */
  private Reply claimed(AttemptRef ref, ExecutorRef executor, @Nullable Rejected rejected) {
    ClaimedTask task = Specifications.of(feed.recent(ref.run()), ref, executor, tokenKey);
    if (task != null) {
      return Reply.ok(task);
    }
    return rejected != null
        ? Reply.failed(Answers.problem(rejected))
        : Reply.failed(
            ProblemException.conflict("stale", "the attempt %s is over".formatted(ref)).problem());
  }
}
