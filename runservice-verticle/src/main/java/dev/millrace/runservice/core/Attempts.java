package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import org.jspecify.annotations.Nullable;

/** Who has a task: given to an executor, taken back, claimed, lost. */
final class Attempts {
  private Attempts() {}

  static Decision<RunEvent> assign(Draft draft, AssignTask c) {
    Run run = draft.run();
    Task task = run.tasks().get(c.attempt().task());
    if (task == null) {
      return Refusal.noTask(run, c.attempt().task());
    }
    if (run.phase() != RunPhase.running || run.stopping()) {
      return Refusal.notRunning(run);
    }
    Attempt open = task.openAttempt();
    if (open != null) {
      return Refusal.wrongState(
          "task \"%s\" of run %s is given to executor %s already",
          c.attempt().task(), run.id(), open.executor().id());
    }
    if (task.status() != TaskStatus.notstarted || !task.ready()) {
      return Refusal.wrongState(
          "task \"%s\" of run %s is %s, not ready", c.attempt().task(), run.id(), state(task));
    }
    if (c.attempt().attempt() != task.nextAttempt()) {
      return Refusal.stale(
          "the next attempt at task \"%s\" of run %s is %d, not %d",
          c.attempt().task(), run.id(), task.nextAttempt(), c.attempt().attempt());
    }
    return draft.add(new RunEvent.TaskAssigned(c.attempt(), c.executor())).accept();
  }

  static Decision<RunEvent> unassign(Draft draft, UnassignTask c) {
    Decision<RunEvent> refusal = refusal(draft, c.attempt(), c.executor());
    if (refusal != null) {
      return refusal;
    }
    if (draft.task(c.attempt().task()).status() == TaskStatus.running) {
      return claimed(c.attempt());
    }
    String reason = Limits.sentence(c.reason());
    return draft.add(new RunEvent.TaskUnassigned(c.attempt(), c.executor(), reason)).settle();
  }

  static Decision<RunEvent> claim(Draft draft, ClaimTask c) {
    Decision<RunEvent> refusal = refusal(draft, c.attempt(), c.executor());
    if (refusal != null) {
      return refusal;
    }
    if (draft.task(c.attempt().task()).status() == TaskStatus.running) {
      return claimed(c.attempt());
    }
    return draft.add(new RunEvent.TaskClaimed(c.attempt(), c.executor())).accept();
  }

  static Decision<RunEvent> lost(Draft draft, DeclareLost c) {
    Decision<RunEvent> refusal = refusal(draft, c.attempt(), c.executor());
    if (refusal != null) {
      return refusal;
    }
    String why = "executor %s is lost".formatted(c.executor().id());
    return draft.task(c.attempt().task()).status() == TaskStatus.running
        ? draft
            .add(new RunEvent.TaskFinished(c.attempt(), TaskOutcome.lost, TaskStatus.failed, why))
            .settle()
        : draft.add(new RunEvent.TaskUnassigned(c.attempt(), c.executor(), why)).settle();
  }

  static RunEvent.TaskUnassigned unassigned(Run run, Task task, Attempt open, String reason) {
    return new RunEvent.TaskUnassigned(
        new AttemptRef(run.id(), task.spec().name(), open.number()), open.executor(), reason);
  }

  /** Why this executor has no word in this attempt; null if it has: it holds it now. */
  static @Nullable Decision<RunEvent> refusal(Draft draft, AttemptRef ref, ExecutorRef executor) {
    Task task = draft.run().tasks().get(ref.task());
    if (task == null) {
      return Refusal.noTask(draft.run(), ref.task());
    }
    Attempt open = task.openAttempt();
    if (open == null || open.number() != ref.attempt()) {
      return ref.attempt() < task.nextAttempt()
          ? Refusal.over(ref)
          : Refusal.stale(
              "attempt %d at task \"%s\" of run %s is not given to anybody",
              ref.attempt(), ref.task(), ref.run());
    }
    if (!open.executor().equals(executor)) {
      return Refusal.stale(
          "attempt %d at task \"%s\" of run %s is %s's%s",
          ref.attempt(),
          ref.task(),
          ref.run(),
          open.executor().id(),
          open.executor().id().equals(executor.id()) ? " of another life" : "");
    }
    return null;
  }

  private static Decision<RunEvent> claimed(AttemptRef ref) {
    return Refusal.wrongState(
        "attempt %d at task \"%s\" of run %s is claimed already",
        ref.attempt(), ref.task(), ref.run());
  }

  static String state(Task task) {
    return task.waitingApproval() ? "waiting for approval" : task.status().toString();
  }
}
