package dev.millrace.runservice.core;

import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.RunId;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.DeleteLogs;
import dev.millrace.events.run.RunCommand.DeleteRun;
import dev.millrace.events.run.RunCommand.OfEnded;
import dev.millrace.events.run.RunCommand.OfRun;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.Runs.Unclaimed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of runs. Every refusal says in one sentence what stands against it and names the run
 * and its state. A command that would change nothing, but is no error, is accepted without events.
 *
 * <p>A command about a run that expects a revision is refused as a conflict if the run has another.
 * Of a run that has ended only that is known.
 */
public final class RunRules implements Rules<Runs, RunCommand, RunEvent> {
  /** How long an executor has to claim what it was given. */
  public static final Duration TIME_TO_CLAIM = Duration.ofSeconds(30);

  @Override
  public Decision<RunEvent> decide(
      Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
    return switch (command.body()) {
      case CreateRuns c -> Creation.create(state, c);
      case DeleteRun c -> ended(state, c, new RunEvent.RunDeleted(c.run()));
      case DeleteLogs c -> ended(state, c, new RunEvent.LogsDeleted(c.run(), c.task()));
      case OfRun c -> {
        Run run = state.run(c.run());
        if (run == null) {
          yield state.hasEnded(c.run()) ? Refusal.ended(c) : Refusal.noRun(c.run());
        }
        if (run.frozen() != null) {
          yield Refusal.wrongState("run %s is frozen: %s", run.id(), run.frozen());
        }
        Long expected = command.expectedRevision();
        if (expected != null && expected != run.revision()) {
          yield Decision.reject(
              Code.CONFLICT,
              "run %s has revision %d, not %d".formatted(run.id(), run.revision(), expected));
        }
        yield decide(state, command, c, new Draft(run, at));
      }
    };
  }

  private static Decision<RunEvent> decide(
      Runs state, Command<RunCommand> command, OfRun body, Draft draft) {
    return switch (body) {
      case StartRun _ -> start(state, draft);
      case CancelRun _ -> cancel(draft);
      case StopRun _ -> stop(draft);
      case SetTaskAnnotations c -> Approvals.annotate(draft, c);
      case AddApprover c -> Approvals.add(draft, command.actor(), c);
      case ApproveTask c -> Approvals.approve(draft, c);
      case AssignTask c -> Attempts.assign(draft, c);
      case UnassignTask c -> Attempts.unassign(draft, c);
      case ClaimTask c -> Attempts.claim(draft, c);
      case ReportTask c -> Reports.report(draft, c);
      case DeclareLost c -> Attempts.lost(draft, c);
    };
  }

  /** What is done to a run that has ended; who does it again changes nothing. */
  private static Decision<RunEvent> ended(Runs state, OfEnded command, RunEvent.OfEnded event) {
    Run run = state.run(command.run());
    if (run != null) {
      return Refusal.wrongState("run %s is %s and has not ended", run.id(), run.phase());
    }
    return state.hasEnded(command.run())
        ? Decision.accept(command.run().toString(), List.of(event))
        : Refusal.noRun(command.run());
  }

  private static Decision<RunEvent> start(Runs state, Draft draft) {
    Run run = draft.run();
    if (run.phase() != RunPhase.queued) {
      return Refusal.wrongState("run %s is %s, not queued", run.id(), run.phase());
    }
    Runs.Lane lane = state.lane(ConcurrencyKey.of(run.spec()));
    if (lane.running() != null) {
      return Refusal.wrongState(
          "run %s is queued behind run %s, which is running", run.id(), lane.running());
    }
    RunId first = lane.next();
    if (first != null && !first.equals(run.id())) {
      return Refusal.wrongState(
          "run %s is queued behind run %s, which was created earlier", run.id(), first);
    }
    return draft.add(new RunEvent.RunStarted(run.id())).settle();
  }

  private static Decision<RunEvent> cancel(Draft draft) {
    Run run = draft.run();
    return run.phase() == RunPhase.queued
        ? draft.add(new RunEvent.RunCancelled(run.id())).accept()
        : Refusal.wrongState("run %s is %s, not queued", run.id(), run.phase());
  }

  private static Decision<RunEvent> stop(Draft draft) {
    Run run = draft.run();
    if (run.phase() != RunPhase.running || run.stopping()) {
      return Refusal.notRunning(run);
    }
    draft.add(new RunEvent.RunStopping(run.id()));
    for (Run.Task task : run.tasksInOrder()) {
      Run.Attempt open = task.openAttempt();
      if (open != null && !open.claimed()) {
        draft.add(Attempts.unassigned(run, task, open, "the run is stopping"));
      }
    }
    return draft.settle();
  }

  @Override
  public @Nullable Due nextDue(Runs state) {
    if (state.unclaimed().isEmpty()) {
      return null;
    }
    Unclaimed first = state.unclaimed().first();
    return new Due(first.attempt().toString(), first.assignedAt().plus(TIME_TO_CLAIM));
  }

  @Override
  public Decision<RunEvent> tick(Runs state, Due due, Instant at, Supplier<String> ids) {
    for (Unclaimed one : state.unclaimed()) {
      if (one.assignedAt().plus(TIME_TO_CLAIM).isAfter(due.at())) {
        break;
      }
      Run run = state.run(one.attempt().run());
      if (run != null && one.attempt().toString().equals(due.subject())) {
        return new Draft(run, at)
            .add(
                new RunEvent.TaskUnassigned(
                    one.attempt(),
                    one.executor(),
                    "not claimed within %d s".formatted(TIME_TO_CLAIM.toSeconds())))
            .settle();
      }
    }
    return Decision.accept(List.of());
  }
}
