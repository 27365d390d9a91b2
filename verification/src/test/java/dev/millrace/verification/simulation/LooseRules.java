package dev.millrace.verification.simulation;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import dev.millrace.verification.simulation.MutationsAround.Accepts.Loose;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of runs that are left out. */
enum LooseRules implements Loose {
  /** A delivery that was settled is settled again: the mark is not looked at. */
  DELIVERY_SETTLED_AGAIN {
    @Override
    public @Nullable List<RunEvent> events(Runs state, RunCommand command) {
      return command instanceof RunCommand.CreateRuns c
              && c.delivery() != null
              && c.delivery() <= state.root(c.root()).lastDelivery()
          ? List.of(
              new RunEvent.DeliverySettled(
                  c.root(), state.root(c.root()).lastDelivery() + 1, List.of(), "again"))
          : null;
    }
  },
  /** What was claimed can be taken back, and is given again under the same number. */
  TAKEN_BACK_THOUGH_CLAIMED {
    @Override
    public @Nullable List<RunEvent> events(Runs state, RunCommand command) {
      if (!(command instanceof RunCommand.DeclareLost c)) {
        return null;
      }
      Run.Attempt open = open(state, c.attempt());
      return open != null && open.claimed() && open.executor().equals(c.executor())
          ? List.of(new RunEvent.TaskUnassigned(c.attempt(), c.executor(), "lost"))
          : null;
    }
  },
  /** A stopped run ends at once, whatever its executors do. */
  ENDED_WHEN_STOPPED {
    @Override
    public @Nullable List<RunEvent> events(Runs state, RunCommand command) {
      Run run = command instanceof RunCommand.StopRun c ? state.run(c.run()) : null;
      if (run == null || run.phase() != RunPhase.running || run.stopping()) {
        return null;
      }
      List<RunEvent> events = new ArrayList<>();
      events.add(new RunEvent.RunStopping(run.id()));
      for (Run.Task task : run.tasksInOrder()) {
        Run.Attempt attempt = task.openAttempt();
        if (attempt != null && attempt.claimed()) {
          events.add(
              new RunEvent.TaskFinished(
                  new AttemptRef(run.id(), task.spec().name(), attempt.number()),
                  TaskOutcome.cancelled,
                  TaskStatus.stopped,
                  ""));
        }
      }
      return events.size() > 1 ? events : null;
    }
  };

  private static Run.@Nullable Attempt open(Runs state, AttemptRef ref) {
    Run run = state.run(ref.run());
    Run.Task task = run == null ? null : run.tasks().get(ref.task());
    Run.Attempt open = task == null ? null : task.openAttempt();
    return open != null && open.number() == ref.attempt() ? open : null;
  }
}
