package dev.millrace.runservice.core;

import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunEvent.RunFinished;
import dev.millrace.events.run.RunEvent.RunResultSet;
import dev.millrace.events.run.RunEvent.TaskCancelled;
import dev.millrace.events.run.RunEvent.TaskReady;
import dev.millrace.events.run.RunEvent.TaskSkipped;
import dev.millrace.events.run.RunEvent.TaskWaitingApproval;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskStatus;

/**
 * What follows by itself in a running run: which tasks may start, wait for approval or will never
 * run, what came of the run, and whether it is over. All of it in one decision, in the order of the
 * tasks, so that the same history always gives the same events.
 *
 * <ul>
 *   <li>A task starts once every task it depends on has ended in a way that one of the dependency's
 *       conditions names; if all have ended and one did not, it is skipped. Nothing matches a
 *       cancelled or stopped task.
 *   <li>A task that failed without {@code ignore_failure} fails the run at once. What runs goes on,
 *       and tasks whose conditions hold (such as {@code on_failure}) still start; only tasks
 *       without dependencies that no executor has are cancelled.
 *   <li>A stopping run starts nothing; its result is {@code stopped} unless it had one.
 *   <li>When all have ended, the result is {@code success}, or {@code stopped} if an executor
 *       stopped a task that nobody asked to stop.
 * </ul>
 */
final class Settling {
  private Settling() {}

  static void settle(Draft draft) {
    if (draft.run().phase() != RunPhase.running) {
      return;
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (var spec : draft.run().spec().tasks()) {
        changed |= settle(draft, draft.task(spec.name()));
      }
      changed |= settleResult(draft);
    }
    if (draft.run().tasks().values().stream().allMatch(task -> task.status().ended())) {
      draft.add(new RunFinished(draft.run().id()));
    }
  }

  private static boolean settle(Draft draft, Task task) {
    Run run = draft.run();
    String name = task.spec().name();
    if (task.status() != TaskStatus.notstarted || task.openAttempt() != null) {
      return false;
    }
    if (run.stopping()) {
      draft.add(new TaskSkipped(run.id(), name));
    } else if (task.spec().depends().isEmpty() && run.result() != RunResult.unknown) {
      draft.add(new TaskCancelled(run.id(), name));
    } else if (task.ready() || task.waitingApproval() || !parentsEnded(run, task)) {
      return false;
    } else if (!task.spec().depends().stream().allMatch(on -> holds(run, on))) {
      draft.add(new TaskSkipped(run.id(), name));
    } else if (task.spec().needsApproval() && !task.approved()) {
      draft.add(new TaskWaitingApproval(run.id(), name));
    } else {
      draft.add(new TaskReady(run.id(), name));
    }
    return true;
  }

  private static boolean parentsEnded(Run run, Task task) {
    return task.spec().depends().stream().allMatch(on -> status(run, on).ended());
  }

  private static boolean holds(Run run, Dependency on) {
    return on.conditions().stream().anyMatch(condition -> holds(condition, status(run, on)));
  }

  private static boolean holds(Condition condition, TaskStatus status) {
    return switch (condition) {
      case on_success -> status == TaskStatus.success;
      case on_failure -> status == TaskStatus.failed;
      case on_skipped -> status == TaskStatus.skipped;
    };
  }

  private static TaskStatus status(Run run, Dependency on) {
    Task task = run.tasks().get(on.task());
    if (task == null) {
      throw new IllegalStateException("run %s has no task %s".formatted(run.id(), on.task()));
    }
    return task.status();
  }

  private static boolean settleResult(Draft draft) {
    Run run = draft.run();
    RunResult result = run.result() == RunResult.unknown ? result(run) : RunResult.unknown;
    if (result == RunResult.unknown) {
      return false;
    }
    draft.add(new RunResultSet(run.id(), result));
    return true;
  }

  private static RunResult result(Run run) {
    boolean ended = true;
    boolean stopped = run.stopping();
    for (Task task : run.tasks().values()) {
      if (task.status() == TaskStatus.failed && !task.spec().ignoreFailure()) {
        return RunResult.failed;
      }
      ended &= task.status().ended();
      stopped |= task.status() == TaskStatus.stopped;
    }
    if (run.stopping() || (ended && stopped)) {
      return RunResult.stopped;
    }
    return ended ? RunResult.success : RunResult.unknown;
  }
}
