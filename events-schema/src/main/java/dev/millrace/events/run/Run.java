package dev.millrace.events.run;

import dev.millrace.events.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * One run as its events made it.
 *
 * @param place counts the runs of the partition in the order of their creation
 * @param revision counts the events that were applied to it
 * @param stopping it was asked to stop while it was running
 * @param frozen why its history cannot be applied any further; null as long as it can. A frozen run
 *     keeps its place in its group
 * @param tasks by name; their order is that of {@code spec}
 */
public record Run(
    RunId id,
    long place,
    long revision,
    RunSpec spec,
    RunPhase phase,
    RunResult result,
    boolean stopping,
    @Nullable String frozen,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    PMap<String, Task> tasks) {

  /** The tasks in their order. */
  public List<Task> tasksInOrder() {
    return spec.tasks().stream().map(task -> tasks.get(task.name())).toList();
  }

  /** As it is, one revision later. */
  Run touched() {
    return new Run(
        id,
        place,
        revision + 1,
        spec,
        phase,
        result,
        stopping,
        frozen,
        createdAt,
        startedAt,
        endedAt,
        tasks);
  }

  Run frozen(String why) {
    return new Run(
        id, place, revision, spec, phase, result, stopping, why, createdAt, startedAt, endedAt,
        tasks);
  }

  Run started(Instant at) {
    return new Run(
        id,
        place,
        revision,
        spec,
        RunPhase.running,
        result,
        stopping,
        frozen,
        createdAt,
        at,
        endedAt,
        tasks);
  }

  Run ended(RunPhase now, Instant at) {
    return new Run(
        id, place, revision, spec, now, result, stopping, frozen, createdAt, startedAt, at, tasks);
  }

  Run stoppingNow() {
    return new Run(
        id, place, revision, spec, phase, result, true, frozen, createdAt, startedAt, endedAt,
        tasks);
  }

  Run with(RunResult now) {
    return new Run(
        id, place, revision, spec, phase, now, stopping, frozen, createdAt, startedAt, endedAt,
        tasks);
  }

  Run with(Task task) {
    return new Run(
        id,
        place,
        revision,
        spec,
        phase,
        result,
        stopping,
        frozen,
        createdAt,
        startedAt,
        endedAt,
        tasks.plus(task.spec().name(), task));
  }

  /**
   * One task.
   *
   * @param ready it may be given to an executor (and may have been since)
   * @param attempts the earlier ones first
   */
  public record Task(
      TaskSpec spec,
      TaskStatus status,
      Map<String, String> annotations,
      boolean waitingApproval,
      boolean approved,
      boolean ready,
      List<Attempt> attempts,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {

    /** The attempt that counts, if there has been one. */
    public @Nullable Attempt lastAttempt() {
      return attempts.isEmpty() ? null : attempts.getLast();
    }

    /** The attempt that an executor was given or has claimed and that has not ended, or null. */
    public @Nullable Attempt openAttempt() {
      Attempt last = lastAttempt();
      return last == null || last.outcome() != null ? null : last;
    }

    /** The number of the attempt that would be given to an executor next. */
    public int nextAttempt() {
      return attempts.size() + (openAttempt() == null ? 1 : 0);
    }

    Task annotated(Map<String, String> now) {
      return new Task(
          spec, status, now, waitingApproval, approved, ready, attempts, startedAt, endedAt);
    }

    Task waiting() {
      return new Task(
          spec, status, annotations, true, approved, ready, attempts, startedAt, endedAt);
    }

    Task approvedNow() {
      return new Task(spec, status, annotations, false, true, ready, attempts, startedAt, endedAt);
    }

    Task readyNow() {
      return new Task(
          spec, status, annotations, waitingApproval, approved, true, attempts, startedAt, endedAt);
    }

    Task with(List<Attempt> now) {
      return new Task(
          spec,
          status,
          annotations,
          waitingApproval,
          approved,
          ready,
          List.copyOf(now),
          startedAt,
          endedAt);
    }

    Task running(Instant at) {
      return new Task(
          spec, TaskStatus.running, annotations, false, approved, ready, attempts, at, endedAt);
    }

    Task ended(TaskStatus how, Instant at) {
      return new Task(spec, how, annotations, false, approved, ready, attempts, startedAt, at);
    }
  }

  /**
   * One attempt at a task.
   *
   * @param claimed the executor has taken it
   * @param outcome null as long as it has not ended
   */
  public record Attempt(
      int number,
      ExecutorRef executor,
      Instant assignedAt,
      boolean claimed,
      @Nullable Instant claimedAt,
      @Nullable TaskOutcome outcome,
      String message,
      @Nullable Instant endedAt,
      List<StepState> steps) {

    Attempt claimed(Instant at) {
      return new Attempt(number, executor, assignedAt, true, at, outcome, message, endedAt, steps);
    }

    Attempt with(List<StepState> now) {
      return new Attempt(
          number,
          executor,
          assignedAt,
          claimed,
          claimedAt,
          outcome,
          message,
          endedAt,
          List.copyOf(now));
    }

    Attempt ended(TaskOutcome how, String why, Instant at) {
      return new Attempt(number, executor, assignedAt, claimed, claimedAt, how, why, at, steps);
    }
  }

  /** One step of an attempt. */
  public record StepState(
      StepStatus status,
      @Nullable Integer exitCode,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable LogRange log) {
    static final StepState NOT_STARTED =
        new StepState(StepStatus.notstarted, null, null, null, null);
  }
}
