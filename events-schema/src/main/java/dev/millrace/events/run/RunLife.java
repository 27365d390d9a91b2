package dev.millrace.events.run;

import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunEvent.OfRun;
import dev.millrace.events.run.RunEvent.OfTask;
import dev.millrace.events.run.RunEvent.RunCreated;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** What the events of one run mean for it. */
public final class RunLife {
  private RunLife() {}

  /** The run that the event begins, in a partition where there is none of its id. */
  static Run begin(Runs state, Instant at, OfRun event) {
    if (!(event instanceof RunCreated e)) {
      throw new ImpossibleEvent(
          state.hasEnded(event.run())
              ? "run %s has ended".formatted(event.run())
              : "there is no run " + event.run());
    }
    if (e.run().number() != state.root(e.run().root()).lastNumber() + 1) {
      throw new ImpossibleEvent("run %s leaves a gap in the numbers".formatted(e.run()));
    }
    return created(e, state.created() + 1, at);
  }

  /** A run that could not be created, for its place only. */
  static Run unborn(Runs state, RunCreated e) {
    RunSpec s = e.spec();
    RunSpec bare =
        new RunSpec(
            s.name(),
            s.group(),
            s.annotations(),
            s.setupErrors(),
            s.staticEnvironment(),
            s.environment(),
            List.of());
    return run(e, bare, RunPhase.queued, state.created() + 1, Instant.EPOCH, HashTreePMap.empty());
  }

  private static Run created(RunCreated e, long place, Instant at) {
    Map<String, Task> tasks = new LinkedHashMap<>();
    for (TaskSpec spec : e.spec().tasks()) {
      if (tasks.put(spec.name(), fresh(spec, at)) != null) {
        throw new ImpossibleEvent("run %s has two tasks %s".formatted(e.run(), spec.name()));
      }
    }
    RunPhase phase = e.spec().setupErrors().isEmpty() ? RunPhase.queued : RunPhase.setuperror;
    return run(e, e.spec(), phase, place, at, HashTreePMap.from(tasks));
  }

  private static Run run(
      RunCreated e,
      RunSpec spec,
      RunPhase phase,
      long place,
      Instant at,
      PMap<String, Task> tasks) {
    return new Run(
        e.run(),
        place,
        1,
        spec,
        phase,
        RunResult.unknown,
        false,
        null,
        at,
        null,
        phase.ended() ? at : null,
        tasks);
  }

  private static Task fresh(TaskSpec spec, Instant at) {
    return new Task(
        spec,
        spec.skip() ? TaskStatus.skipped : TaskStatus.notstarted,
        Map.of(),
        false,
        false,
        false,
        List.of(),
        null,
        spec.skip() ? at : null);
  }

  /**
   * The run after one more of its events.
   *
   * @throws ImpossibleEvent if the event cannot follow on this run
   */
  public static Run after(Run run, Instant at, OfRun event) {
    Run now =
        switch (event) {
          case RunCreated _ -> throw cannot(run, event, "it exists");
          case RunEvent.RunStarted _ -> in(RunPhase.queued, run, event).started(at);
          case RunEvent.RunCancelled _ ->
              in(RunPhase.queued, run, event).ended(RunPhase.cancelled, at);
          case RunEvent.RunStopping _ -> in(RunPhase.running, run, event).stoppingNow();
          case RunEvent.RunResultSet e -> result(in(RunPhase.running, run, event), e);
          case RunEvent.RunFinished e -> finished(in(RunPhase.running, run, event), e, at);
          case OfTask e -> run.with(TaskLife.after(run, task(run, e), at, e));
        };
    return now.touched();
  }

  private static Run result(Run run, RunEvent.RunResultSet e) {
    if (run.result() != RunResult.unknown || e.result() == RunResult.unknown) {
      throw cannot(run, e, "its result is " + run.result());
    }
    return run.with(e.result());
  }

  private static Run finished(Run run, RunEvent.RunFinished e, Instant at) {
    for (Task task : run.tasks().values()) {
      if (!task.status().ended() || task.openAttempt() != null) {
        throw cannot(run, e, "task %s has not ended".formatted(task.spec().name()));
      }
    }
    if (run.result() == RunResult.unknown) {
      throw cannot(run, e, "it has no result");
    }
    return run.ended(RunPhase.finished, at);
  }

  private static Run in(RunPhase phase, Run run, OfRun event) {
    if (run.phase() != phase) {
      throw cannot(run, event, "it is " + run.phase());
    }
    return run;
  }

  private static Task task(Run run, OfTask event) {
    Task task = run.tasks().get(event.task());
    if (task == null) {
      throw cannot(run, event, "it has no task " + event.task());
    }
    return task;
  }

  static ImpossibleEvent cannot(Run run, OfRun event, String why) {
    return new ImpossibleEvent(
        "%s cannot follow in run %s: %s"
            .formatted(event.getClass().getSimpleName(), run.id(), why));
  }
}
