package dev.millrace.events.run;

import org.jspecify.annotations.Nullable;

/**
 * A record on {@code assignments}: what an executor has to do. It follows from an accepted decision
 * and may come again.
 *
 * @param partition of the ledger
 * @param n of the decision that it follows from
 */
public record Assignment(
    Kind kind,
    AttemptRef attempt,
    ExecutorRef executor,
    int partition,
    long n,
    @Nullable String why) {
  /** What to do. */
  public enum Kind {
    /** Claim the attempt, and run it if the claim is accepted. */
    start,
    /** Stop the attempt, if it runs. */
    stop
  }
}
