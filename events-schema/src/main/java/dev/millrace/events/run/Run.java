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
 * @param revision counts the events that were applied to it
 * @param stopping it was asked to stop while it was running
 * @param frozen why its history cannot be applied any further; null as long as it can. A frozen run
 *     keeps its place in its group
 * @param tasks by name; their order is that of {@code spec}
 */
public record Run(
    RunId id,
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
      List<StepState> steps) {}

  /** One step of an attempt. */
  public record StepState(
      StepStatus status,
      @Nullable Integer exitCode,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable LogRange log) {}
}
