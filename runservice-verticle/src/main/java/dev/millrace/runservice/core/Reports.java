package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * News of an attempt from the executor that claimed it. A report of what is known already is
 * accepted and changes nothing; one of a step that ended otherwise is stale, and so is every report
 * of an attempt that has ended, also the same one again.
 */
final class Reports {
  private Reports() {}

  static Decision<RunEvent> report(Draft draft, ReportTask c) {
    Decision<RunEvent> refusal = Attempts.refusal(draft, c.attempt(), c.executor());
    if (refusal != null) {
      return refusal;
    }
    if (draft.task(c.attempt().task()).status() != TaskStatus.running) {
      return Refusal.wrongState(
          "attempt %d at task \"%s\" of run %s is not claimed",
          c.attempt().attempt(), c.attempt().task(), c.run());
    }
    for (StepReport report : c.steps()) {
      Decision<RunEvent> no = step(draft, c, report);
      if (no != null) {
        return no;
      }
    }
    return c.end() == null ? draft.accept() : end(draft, c, c.end());
  }

  private static @Nullable Decision<RunEvent> step(Draft draft, ReportTask c, StepReport report) {
    List<StepState> steps = held(draft.task(c.attempt().task())).steps();
    int step = report.step();
    if (step < 0 || step >= steps.size()) {
      return Refusal.invalid(
          "task \"%s\" of run %s has no step %d", c.attempt().task(), c.run(), step);
    }
    StepStatus was = steps.get(step).status();
    return switch (report.status()) {
      case notstarted -> null;
      case running -> {
        if (was == StepStatus.notstarted) {
          draft.add(new RunEvent.StepStarted(c.attempt(), step));
        }
        yield null;
      }
      case success, failed, stopped -> {
        if (was == report.status()) {
          yield null;
        }
        if (was != StepStatus.notstarted && was != StepStatus.running) {
          yield Refusal.stale(
              "step %d of task \"%s\" of run %s has ended as %s",
              step, c.attempt().task(), c.run(), was);
        }
        if (was == StepStatus.notstarted) {
          draft.add(new RunEvent.StepStarted(c.attempt(), step));
        }
        draft.add(
            new RunEvent.StepFinished(
                c.attempt(), step, report.status(), report.exitCode(), report.log()));
        yield null;
      }
    };
  }

  private static Decision<RunEvent> end(Draft draft, ReportTask c, TaskEnd end) {
    if (end.outcome() == TaskOutcome.skipped) {
      return Refusal.invalid("an attempt that was claimed does not end as skipped");
    }
    return draft
        .add(
            new RunEvent.TaskFinished(
                c.attempt(), end.outcome(), status(end.outcome()), Limits.sentence(end.message())))
        .settle();
  }

  private static TaskStatus status(TaskOutcome outcome) {
    return switch (outcome) {
      case success -> TaskStatus.success;
      case failure, error, timeout, lost -> TaskStatus.failed;
      case cancelled -> TaskStatus.stopped;
      case skipped -> TaskStatus.skipped;
    };
  }

  private static Attempt held(Task task) {
    Attempt open = task.openAttempt();
    if (open == null) {
      throw new IllegalStateException("task %s is not held".formatted(task.spec().name()));
    }
    return open;
  }
}
