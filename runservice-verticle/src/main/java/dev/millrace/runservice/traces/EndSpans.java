package dev.millrace.runservice.traces;

import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.TaskFinished;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.traces.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spans of what a decision has ended: of a run, from its creation on, and of an attempt at a
 * task, from when it was given to an executor. They are told here and not by executors, which may
 * be gone at the end.
 */
final class EndSpans {
  private EndSpans() {}

  /**
   * All of them, the outer ones last.
   *
   * @param after the runs as the decision has left them
   */
  static List<Span> of(Decided<RunEvent> decision, Runs after) {
    List<Span> spans = new ArrayList<>();
    for (RunEvent event : decision.events()) {
      if (event instanceof RunEvent.OfRun about) {
        Run run = after.run(about.run());
        Span span = run == null ? null : of(event, run, decision.at());
        if (span != null) {
          spans.add(span);
        }
      }
    }
    return spans;
  }

  private static @Nullable Span of(RunEvent event, Run run, Instant at) {
    return switch (event) {
      case TaskFinished e -> attempt(e, run.tasks().get(e.task()), at);
      case RunEvent.RunFinished _, RunEvent.RunCancelled _ -> run(run, at);
      case RunEvent.RunCreated _ when run.phase() == RunPhase.setuperror -> run(run, at);
      default -> null; // nothing ends
    };
  }

  private static Span run(Run run, Instant at) {
    RunTrace trace = RunTrace.of(run.id());
    var span =
        new Span(
                trace.id(),
                trace.whole(),
                trace.cause(),
                "RUN " + run.spec().name(),
                run.createdAt(),
                at,
                RunTrace.attributes(run.id()),
                null)
            .with("cicd.pipeline.name", run.spec().name())
            .with("cicd.pipeline.action.name", "RUN")
            .with("cicd.pipeline.result", result(run))
            .with("millrace.tasks", (long) run.spec().tasks().size());
    return switch (result(run)) {
      case "failure", "error" -> failed(span, word(run));
      default -> span;
    };
  }

  private static String word(Run run) {
    return run.phase() == RunPhase.finished ? run.result().name() : run.phase().name();
  }

  /** In the words of OpenTelemetry. */
  private static String result(Run run) {
    return switch (run.phase()) {
      case cancelled -> "cancellation";
      case setuperror, queued, running -> "error";
      case finished ->
          switch (run.result()) {
            case success -> "success";
            case failed -> "failure";
            case stopped -> "cancellation";
            case unknown -> "error";
          };
    };
  }

  private static @Nullable Span attempt(TaskFinished event, @Nullable Task task, Instant at) {
    Attempt attempt = task == null ? null : task.lastAttempt();
    if (attempt == null || attempt.number() != event.attempt().attempt()) {
      return null;
    }
    RunTrace trace = RunTrace.of(event.run());
    Map<String, Object> attributes = RunTrace.attributes(event.attempt());
    attributes.put("cicd.pipeline.task.run.result", result(event.outcome()));
    attributes.put("cicd.worker.id", attempt.executor().id().value());
    var span =
        new Span(
            trace.id(),
            RunTrace.attempt(event.attempt()),
            trace.whole(),
            "task " + event.task(),
            attempt.assignedAt(),
            at,
            attributes,
            null);
    return switch (event.outcome()) {
      case failure, error, timeout, lost -> failed(span, event.outcome().name());
      case success, cancelled, skipped -> span;
    };
  }

  private static String result(TaskOutcome outcome) {
    return switch (outcome) {
      case success -> "success";
      case failure -> "failure";
      case error, lost -> "error";
      case timeout -> "timeout";
      case cancelled -> "cancellation";
      case skipped -> "skip";
    };
  }

  private static Span failed(Span span, String why) {
    return span.with("error.type", why).failed(why);
  }
}
