package dev.millrace.scheduler.core;

import static java.time.Instant.EPOCH;

import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Just enough of a run authority for one partition; it keeps every decision. */
final class MiniAuthority {
  /** A decision with what was before and after it. */
  record Entry(Decided<RunEvent> decision, Runs before, Runs after) {}

  final List<Entry> ledger = new ArrayList<>();
  private static final Duration TIME_TO_CLAIM = Duration.ofSeconds(10);
  private Instant at = EPOCH;
  private Runs runs = Runs.EMPTY;
  private List<RunEvent> events = new ArrayList<>();

  Runs runs() {
    return runs;
  }

  /** Time has come to here: what was not claimed is taken back. */
  void tick(Instant now) {
    at = now;
    for (Runs.Unclaimed one : runs.unclaimed()) {
      if (!one.assignedAt().plus(TIME_TO_CLAIM).isAfter(now)) {
        happens(new RunEvent.TaskUnassigned(one.attempt(), one.executor(), "not claimed"));
      }
    }
  }

  /** Creates runs, sets annotations: what no scheduler asks for. */
  void happens(RunEvent event) {
    Runs before = runs;
    apply(event);
    write(null, Outcome.accepted(), before);
  }

  /** Decides a command; tells whether it was accepted. */
  boolean decide(@Nullable CommandId id, RunCommand command) {
    Runs before = runs;
    boolean accepted = grant(command);
    if (accepted) {
      settle(((RunCommand.OfRun) command).run());
    }
    write(
        id,
        accepted ? Outcome.accepted() : new Outcome.Rejected(Outcome.Code.WRONG_STATE, "no"),
        before);
    return accepted;
  }

  private boolean grant(RunCommand command) {
    return switch (command) {
      case RunCommand.StartRun c -> {
        Run run = runs.run(c.run());
        yield run != null
            && c.run().equals(runs.lane(ConcurrencyKey.of(run.spec())).next())
            && apply(new RunEvent.RunStarted(c.run()));
      }
      case RunCommand.ApproveTask c -> {
        Task task = task(c.run(), c.task());
        yield task != null
            && task.waitingApproval()
            && !task.approved()
            && apply(new RunEvent.TaskApproved(c.run(), c.task()));
      }
      case RunCommand.AssignTask c -> {
        Task task = task(c.run(), c.attempt().task());
        yield task != null
            && task.ready()
            && task.status() == TaskStatus.notstarted
            && task.openAttempt() == null
            && task.nextAttempt() == c.attempt().attempt()
            && apply(new RunEvent.TaskAssigned(c.attempt(), c.executor()));
      }
      case RunCommand.UnassignTask c ->
          isHeld(c.attempt(), c.executor(), false)
              && apply(new RunEvent.TaskUnassigned(c.attempt(), c.executor(), c.reason()));
      case RunCommand.ClaimTask c ->
          isHeld(c.attempt(), c.executor(), false)
              && apply(new RunEvent.TaskClaimed(c.attempt(), c.executor()));
      case RunCommand.DeclareLost c -> {
        if (isHeld(c.attempt(), c.executor(), false)) {
          yield apply(new RunEvent.TaskUnassigned(c.attempt(), c.executor(), "lost"));
        }
        yield isHeld(c.attempt(), c.executor(), true)
            && apply(
                new RunEvent.TaskFinished(c.attempt(), TaskOutcome.lost, TaskStatus.failed, ""));
      }
      case RunCommand.ReportTask c ->
          isHeld(c.attempt(), c.executor(), true)
              && apply(
                  new RunEvent.TaskFinished(
                      c.attempt(), TaskOutcome.success, TaskStatus.success, ""));
      case RunCommand.CreateRuns _,
          RunCommand.CancelRun _,
          RunCommand.OfEnded _,
          RunCommand.StopRun _,
          RunCommand.SetTaskAnnotations _,
          RunCommand.AddApprover _ ->
          throw new IllegalArgumentException(command.toString());
    };
  }

  // What waits for other tasks becomes ready, waits for approval, or ends with its run.
  private void settle(RunId id) {
    Run run = runs.run(id);
    if (run == null || run.phase() != RunPhase.running) {
      return;
    }
    boolean failed = false;
    boolean open = false;
    for (Task task : run.tasks().values()) {
      failed |= task.status() == TaskStatus.failed;
      open |= task.openAttempt() != null;
    }
    boolean waits = false;
    for (var spec : run.spec().tasks()) {
      Task task = run.tasks().get(spec.name());
      if (task == null || task.status() != TaskStatus.notstarted || task.openAttempt() != null) {
        continue;
      }
      if (failed) {
        apply(new RunEvent.TaskCancelled(id, spec.name()));
      } else {
        waits = true;
        ready(run, task);
      }
    }
    if (!open && !waits) {
      apply(new RunEvent.RunResultSet(id, failed ? RunResult.failed : RunResult.success));
      apply(new RunEvent.RunFinished(id));
    }
  }

  private void ready(Run run, Task task) {
    String name = task.spec().name();
    boolean there =
        task.spec().depends().stream()
            .allMatch(d -> task(run, d.task()).status() == TaskStatus.success);
    if (task.ready() || !there || (task.waitingApproval() && !task.approved())) {
      return;
    }
    if (task.spec().needsApproval() && !task.approved()) {
      apply(new RunEvent.TaskWaitingApproval(run.id(), name));
    } else {
      apply(new RunEvent.TaskReady(run.id(), name));
    }
  }

  private boolean apply(RunEvent event) {
    runs = RunEvolve.evolve(runs, at, event);
    events.add(event);
    return true;
  }

  private void write(@Nullable CommandId id, Outcome outcome, Runs before) {
    var cause = new Cause.OfCommand(ledger.size(), id, 0, EPOCH, false);
    var decision = new Decided<>("t", ledger.size() + 1L, cause, EPOCH, outcome, events);
    events = new ArrayList<>();
    ledger.add(new Entry(decision, before, runs));
  }

  private boolean isHeld(AttemptRef ref, ExecutorRef executor, boolean claimed) {
    Task task = task(ref.run(), ref.task());
    Attempt open = task == null ? null : task.openAttempt();
    return open != null
        && open.number() == ref.attempt()
        && open.executor().equals(executor)
        && open.claimed() == claimed;
  }

  private @Nullable Task task(RunId id, String name) {
    Run run = runs.run(id);
    return run == null ? null : run.tasks().get(name);
  }

  private static Task task(Run run, String name) {
    Task task = run.tasks().get(name);
    if (task == null) {
      throw new IllegalArgumentException("no task " + name);
    }
    return task;
  }
}
