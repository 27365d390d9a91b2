package dev.millrace.events.run;

import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunEvent.OfTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the events of one task mean for it. */
final class TaskLife {
  private final Run run;
  private final Task task;
  private final Instant at;
  private final OfTask event;

  private TaskLife(Run run, Task task, Instant at, OfTask event) {
    this.run = run;
    this.task = task;
    this.at = at;
    this.event = event;
  }

  static Task after(Run run, Task task, Instant at, OfTask event) {
    return new TaskLife(run, task, at, event).after();
  }

  private Task after() {
    return switch (event) {
      case RunEvent.TaskWaitingApproval _ -> pending().waiting();
      case RunEvent.TaskReady _ -> pending().readyNow();
      case RunEvent.TaskSkipped _ -> unheld().ended(TaskStatus.skipped, at);
      case RunEvent.TaskCancelled _ -> unheld().ended(TaskStatus.cancelled, at);
      case RunEvent.TaskAnnotationsSet e -> annotated(e);
      case RunEvent.TaskApproved _ -> approved();
      case RunEvent.TaskAssigned e -> assigned(e);
      case RunEvent.TaskUnassigned e -> {
        open(e.attempt(), e.executor(), false);
        yield task.with(task.attempts().subList(0, task.attempts().size() - 1));
      }
      case RunEvent.TaskClaimed e ->
          last(open(e.attempt(), e.executor(), false).claimed(at)).running(at);
      case RunEvent.StepStarted e -> {
        Attempt held = open(e.attempt(), null, true);
        step(held, e.step(), StepStatus.notstarted);
        yield last(set(held, e.step(), new StepState(StepStatus.running, null, at, null, null)));
      }
      case RunEvent.StepFinished e -> stepFinished(e);
      case RunEvent.TaskFinished e -> finished(e);
    };
  }

  /** The task, if its run is running and it was not let go yet. */
  private Task pending() {
    if (run.phase() != RunPhase.running
        || task.status() != TaskStatus.notstarted
        || task.waitingApproval()
        || task.ready()) {
      throw cannot("it does not wait for other tasks");
    }
    return task;
  }

  /** The task, if its run is running and no executor has anything to do with it. */
  private Task unheld() {
    if (run.phase() != RunPhase.running
        || task.status() != TaskStatus.notstarted
        || task.openAttempt() != null) {
      throw cannot("it is " + (task.openAttempt() == null ? task.status() : "assigned"));
    }
    return task;
  }

  private Task annotated(RunEvent.TaskAnnotationsSet e) {
    Map<String, String> all = new LinkedHashMap<>(task.annotations());
    all.putAll(e.annotations());
    return task.annotated(Collections.unmodifiableMap(all));
  }

  private Task approved() {
    if (!unheld().waitingApproval()) {
      throw cannot("it does not wait for approval");
    }
    return task.approvedNow();
  }

  private Task assigned(RunEvent.TaskAssigned e) {
    if (!unheld().ready() || run.stopping()) {
      throw cannot("it is not ready");
    }
    if (e.attempt().attempt() != task.nextAttempt()) {
      throw cannot("the next attempt is " + task.nextAttempt());
    }
    List<StepState> steps = Collections.nCopies(task.spec().steps().size(), StepState.NOT_STARTED);
    List<Attempt> attempts = new ArrayList<>(task.attempts());
    attempts.add(
        new Attempt(
            e.attempt().attempt(),
            e.executor(),
            at,
            false,
            null,
            null,
            "",
            null,
            List.copyOf(steps)));
    return task.with(attempts);
  }

  private Task stepFinished(RunEvent.StepFinished e) {
    if (e.status() == StepStatus.notstarted || e.status() == StepStatus.running) {
      throw cannot("a step does not end as " + e.status());
    }
    Attempt held = open(e.attempt(), null, true);
    StepState was = step(held, e.step(), StepStatus.running);
    return last(
        set(held, e.step(), new StepState(e.status(), e.exitCode(), was.startedAt(), at, e.log())));
  }

  private Task finished(RunEvent.TaskFinished e) {
    if (!e.status().ended()) {
      throw cannot("a task does not end as " + e.status());
    }
    Attempt held = open(e.attempt(), null, true);
    List<StepState> steps =
        held.steps().stream()
            .map(
                s ->
                    s.status() == StepStatus.running
                        ? new StepState(StepStatus.stopped, null, s.startedAt(), at, s.log())
                        : s)
            .toList();
    return last(held.with(steps).ended(e.outcome(), e.message(), at)).ended(e.status(), at);
  }

  private Attempt open(AttemptRef ref, @Nullable ExecutorRef executor, boolean claimed) {
    Attempt open = task.openAttempt();
    if (open == null
        || open.number() != ref.attempt()
        || open.claimed() != claimed
        || (executor != null && !open.executor().equals(executor))) {
      throw cannot("attempt %d is not %s".formatted(ref.attempt(), claimed ? "held" : "assigned"));
    }
    return open;
  }

  private StepState step(Attempt held, int step, StepStatus expected) {
    if (step < 0 || step >= held.steps().size() || held.steps().get(step).status() != expected) {
      throw cannot("step %d is not %s".formatted(step, expected));
    }
    return held.steps().get(step);
  }

  private static Attempt set(Attempt held, int step, StepState now) {
    List<StepState> steps = new ArrayList<>(held.steps());
    steps.set(step, now);
    return held.with(steps);
  }

  private Task last(Attempt now) {
    List<Attempt> attempts = new ArrayList<>(task.attempts());
    attempts.set(attempts.size() - 1, now);
    return task.with(attempts);
  }

  private ImpossibleEvent cannot(String why) {
    return RunLife.cannot(run, event, "task %s: %s".formatted(task.spec().name(), why));
  }
}
