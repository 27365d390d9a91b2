package dev.millrace.runservice.core;

import dev.millrace.bus.ledger.Effects;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.RunStopping;
import dev.millrace.events.run.RunEvent.TaskAssigned;
import dev.millrace.events.run.RunEvent.TaskFinished;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.Runs.Unclaimed;
import dev.millrace.events.run.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What executors are told: to start what they were given, to stop what they hold of a stopping run,
 * and to stop what was declared lost, should they live.
 */
public final class RunEffects implements Effects<Runs, RunEvent> {

  @Override
  public List<Effect> of(int partition, Decided<RunEvent> decision, Runs before, Runs after) {
    var told = new Told(partition, decision.n());
    for (RunEvent event : decision.events()) {
      switch (event) {
        case TaskAssigned e -> {
          if (unclaimed(after.run(e.run()), e.attempt())) {
            told.start(e.attempt(), e.executor());
          }
        }
        case RunStopping e -> told.stops(after.run(e.run()));
        case TaskFinished e when e.outcome() == TaskOutcome.lost -> {
          ExecutorRef executor = executor(before.run(e.run()), e.attempt());
          if (executor != null) {
            told.stop(e.attempt(), executor, "declared lost");
          }
        }
        case RunEvent _ -> {}
      }
    }
    return told.effects;
  }

  @Override
  public List<Effect> outstanding(int partition, long n, Runs state) {
    var told = new Told(partition, n);
    for (Unclaimed one : state.unclaimed()) {
      told.start(one.attempt(), one.executor());
    }
    for (RunId id : state.active().values()) {
      Run run = state.run(id);
      if (run != null && run.stopping()) {
        told.stops(run);
      }
    }
    return told.effects;
  }

  private static boolean unclaimed(@Nullable Run run, AttemptRef ref) {
    Run.Attempt open = open(run, ref);
    return open != null && !open.claimed();
  }

  private static @Nullable ExecutorRef executor(@Nullable Run run, AttemptRef ref) {
    Run.Attempt open = open(run, ref);
    return open == null ? null : open.executor();
  }

  private static Run.@Nullable Attempt open(@Nullable Run run, AttemptRef ref) {
    Run.Task task = run == null ? null : run.tasks().get(ref.task());
    return task == null ? null : task.openAttempt();
  }

  private static final class Told {
    private final List<Effect> effects = new ArrayList<>();
    private final int partition;
    private final long n;

    Told(int partition, long n) {
      this.partition = partition;
      this.n = n;
    }

    void start(AttemptRef attempt, ExecutorRef executor) {
      tell(new Assignment(Assignment.Kind.start, attempt, executor, partition, n, null));
    }

    void stop(AttemptRef attempt, ExecutorRef executor, String why) {
      tell(new Assignment(Assignment.Kind.stop, attempt, executor, partition, n, why));
    }

    void stops(@Nullable Run run) {
      if (run == null) {
        return;
      }
      for (Run.Task task : run.tasksInOrder()) {
        Run.Attempt open = task.openAttempt();
        if (open != null && open.claimed()) {
          stop(
              new AttemptRef(run.id(), task.spec().name(), open.number()),
              open.executor(),
              "the run is stopping");
        }
      }
    }

    private void tell(Assignment assignment) {
      effects.add(
          new Effect(
              Topics.ASSIGNMENTS, assignment.executor().id().value(), Json.write(assignment)));
    }
  }
}
