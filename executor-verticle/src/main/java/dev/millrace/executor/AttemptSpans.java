package dev.millrace.executor;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.executor.core.StepExit;
import dev.millrace.traces.Span;
import dev.millrace.traces.Traces;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an executor does for one attempt: the claim, the making of the workspace, each step.
 * All of it is below the attempt's own span, which the run authority tells. Until the attempt is
 * known to be this executor's nothing is told: it may get another, which that span is about then.
 * On the loop's thread.
 */
final class AttemptSpans {
  private final Traces traces;
  private final InstantSource clock;
  private final ExecutorId executor;
  private final AttemptRef attempt;
  private final Instant given;
  private final List<Span> held = new ArrayList<>();
  private @Nullable TaskSpec task;

  AttemptSpans(Traces traces, InstantSource clock, ExecutorId executor, AttemptRef attempt) {
    this.traces = traces;
    this.clock = clock;
    this.executor = executor;
    this.attempt = attempt;
    this.given = clock.instant();
  }

  /** The claim was accepted. */
  void claimed(ClaimedTask claimed) {
    if (traces.on() && task == null) {
      task = claimed.task();
      traces.tell(span("claim", given));
      held.forEach(traces::tell);
      held.clear();
    }
  }

  /** The workspace is there, or will not be. What a driver says of that may name anything. */
  void prepared(boolean there) {
    if (traces.on()) {
      Span span = span("prepare", given);
      tell(there ? span : span.failed("there is no workspace"));
    }
  }

  /** A step has ended that was begun then. */
  void ended(int step, Instant begun, StepExit exit) {
    if (!traces.on()) {
      return;
    }
    Span span = span(name(step), begun).with("millrace.step", (long) step);
    tell(
        switch (exit) {
          case StepExit.Exited(int code) when code == 0 -> exited(span, code, "success");
          case StepExit.Exited(int code) ->
              exited(span, code, "failure").failed("exited with status " + code);
          case StepExit.Stopped() -> span.with("millrace.step.result", "cancellation");
          case StepExit.Failed _ ->
              span.with("millrace.step.result", "error").failed("it could not be run");
        });
  }

  private static Span exited(Span span, int code, String result) {
    return span.with("process.exit.code", (long) code).with("millrace.step.result", result);
  }

  private String name(int step) {
    String name = task == null ? "" : given(task.steps().get(step));
    return "step " + (name.isBlank() ? Integer.toString(step + 1) : name);
  }

  // One without a name is called by its command, which may hold what not everybody should read.
  private static String given(Step step) {
    return switch (step) {
      case Step.Clone clone -> clone.name();
      case Step.Run run when run.command().strip().startsWith(run.name()) -> "";
      case Step.Run run -> run.name();
    };
  }

  private void tell(Span span) {
    if (task == null) {
      held.add(span);
    } else {
      traces.tell(span);
    }
  }

  private Span span(String name, Instant start) {
    Map<String, Object> attributes = RunTrace.attributes(attempt);
    attributes.put("cicd.worker.id", executor.value());
    return new Span(
        RunTrace.of(attempt.run()).id(),
        null,
        RunTrace.attempt(attempt),
        name,
        start,
        clock.instant(),
        attributes,
        null);
  }
}
