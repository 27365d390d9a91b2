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
import org.jspecify.annotations.Nullable;

/**
 * Where to start reading a step that has no range yet.
 *
 * <p>Certain is: behind the first chunk of an earlier step of the attempt, since its executor
 * writes them in order; or else what was appended since shortly before the claim, since nothing is
 * written before it. The claim has the run authority's time and chunks the broker's, which differ
 * by less than {@link #SKEW}: an authority whose clock is off by more does not write.
 */
final class StepStart {
  static final Duration SKEW = Duration.ofMinutes(1);
  private final TaskLogs logs;
  private final TopicPartition partition;
  private final LogStarts starts;

  StepStart(TaskLogs logs, TopicPartition partition) {
    this.logs = logs;
    this.partition = partition;
    this.starts = new LogStarts(logs.followers());
  }

  /**
   * An offset from which on everything that is wanted is found, as far as is known at little cost.
   *
   * @param joined what the tail said, if the reader is among those it tells
   * @param end where reading will end
   */
  long of(Attempt attempt, StepBytes bytes, @Nullable Joined joined, long end)
      throws InterruptedException {
    StepHints hints = logs.tail().hints(bytes.key());
    if (hints != null) {
      Long hint = hints.offsetFor(bytes.position());
      return hint == null ? certain(attempt, bytes.key().step(), end) : hint;
    }
    LogRange before = before(attempt, bytes.key().step());
    if (before != null) {
      return before.last() + 1;
    }
    if (joined != null
        && joined.complete()
        && joined.tailStartedAt().isBefore(claimedAt(attempt).minus(SKEW))) {
      return end; // the tail would have seen it
    }
    return certain(attempt, bytes.key().step(), end);
  }

  /** An offset before the first chunk of the step. */
  long certain(Attempt attempt, int step, long end) throws InterruptedException {
    LogRange before = before(attempt, step);
    if (before != null) {
      return before.first();
    }
    Extent all = extent();
    return starts.before(
        partition,
        new Extent(all.start(), Math.min(end, all.end())),
        claimedAt(attempt).minus(SKEW));
  }

  /** An offset after the last chunk that came before the attempt ended. */
  long endOf(Attempt ended) throws InterruptedException {
    Instant end = ended.endedAt();
    return end == null ? extent().end() : starts.before(partition, extent(), end.plus(SKEW));
  }

  Extent extent() throws InterruptedException {
    try {
      return logs.bus().extent(partition).toCompletableFuture().get();
    } catch (java.util.concurrent.ExecutionException e) {
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
