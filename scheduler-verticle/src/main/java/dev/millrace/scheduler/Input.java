package dev.millrace.scheduler;

import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.util.List;

/** What comes to the loop from other threads. */
sealed interface Input {
  /**
   * A partition of the ledger stands here.
   *
   * @param seen when, in nanoseconds of the clock
   */
  record Standing(int partition, Runs state, long seen) implements Input {}

  /**
   * A decision was accepted.
   *
   * @param seen when it was read, in nanoseconds of the clock
   */
  record Accepted(int partition, Decided<RunEvent> decision, Runs before, Runs after, long seen)
      implements Input {}

  /**
   * {@code executor-status} was read up to these positions.
   *
   * @param again it was not read without a gap: signs of life may have been missed
   */
  record Heard(List<Sign> signs, long[] positions, boolean again) implements Input {}

  /** All that the executor may have said lies before this end. */
  record EndTaken(ExecutorRef executor, long doubt, int partition, long end) implements Input {}

  /** The end could not be taken. */
  record EndUnknown(ExecutorRef executor, long doubt) implements Input {}

  /** A command may not have been sent. */
  record Unsent(CommandId id) implements Input {}

  /** Look whether there is a reason to end. */
  record Nudge() implements Input {}

  /**
   * A sign of life.
   *
   * @param live it was sent while somebody listened
   */
  record Sign(ExecutorStatus status, boolean live) {}
}
