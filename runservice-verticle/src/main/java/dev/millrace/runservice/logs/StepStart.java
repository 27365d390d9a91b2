package dev.millrace.runservice.logs;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.runservice.logs.LogTail.Joined;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where on Kafka a step lies of which no report has named the range: behind the last chunk of the
 * step before it, since its executor writes them in order; or else in what was appended since
 * shortly before the claim, since nothing is written before it. The claim has the run authority's
 * time and chunks the broker's, which differ by less than {@link #SKEW}: an authority whose clock
 * is off by more does not write.
 */
final class StepStart {
  static final Duration SKEW = Duration.ofMinutes(1);
  private final TaskLogs logs;
  private final TopicPartition partition;

  StepStart(TaskLogs logs, TopicPartition partition) {
    this.logs = logs;
    this.partition = partition;
  }

  /**
   * An offset that is not behind the first chunk of a step.
   *
   * @param exact whether nothing before it was deleted from Kafka if it is still there
   */
  record Start(long offset, boolean exact) {}

  /** Where to look for the step. */
  Start of(Attempt attempt, int step) throws InterruptedException {
    LogRange before = before(attempt, step);
    return before != null
        ? new Start(before.last() + 1, true)
        : new Start(firstSince(claimedAt(attempt).minus(SKEW)), false);
  }

  /** Whether the tail would have seen the step if anything of it had come before the reader. */
  static boolean seenBy(Joined joined, Attempt attempt) {
    return joined.complete() && joined.tailStartedAt().isBefore(claimedAt(attempt).minus(SKEW));
  }

  /** An offset after the last chunk that came before the attempt ended. */
  long endOf(Attempt ended) throws InterruptedException {
    Instant end = ended.endedAt();
    return end == null ? Long.MAX_VALUE : firstSince(end.plus(SKEW));
  }

  private long firstSince(Instant time) throws InterruptedException {
    return await(logs.bus().firstSince(partition, time));
  }

  Extent extent() throws InterruptedException {
    return await(logs.bus().extent(partition));
  }

  private static <T> T await(CompletionStage<T> asked) throws InterruptedException {
    try {
      return asked.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BusException bus ? bus : new CompletionException(e.getCause());
    }
  }

  private static Instant claimedAt(Attempt attempt) {
    Instant at = attempt.claimedAt();
    return at == null ? attempt.assignedAt() : at;
  }

  /** The range of the last step before it that has output and a range. */
  private static @Nullable LogRange before(Attempt attempt, int step) {
    LogRange before = null;
    for (StepState earlier : attempt.steps().subList(0, step)) {
      LogRange range = earlier.log();
      before = range != null && range.bytes() > 0 ? range : before;
    }
    return before;
  }
}
