package dev.millrace.bus.ledger;

import java.util.concurrent.CompletionStage;

/**
 * What the protocol asks of a coordination store. It decides only who tries to write; a living
 * writer does not need it.
 */
public interface Coordination {
  /** The epoch that was given out last for the partition of the ledger; 0 if none. */
  CompletionStage<Long> epoch(String ledger, int partition);

  /** Sets the epoch if it is still {@code expected}; tells whether it did. */
  CompletionStage<Boolean> raiseEpoch(String ledger, int partition, long expected, long epoch);

  /**
   * Whether this instance should write the partition now: it holds the lease. Does not block; may
   * be out of date by the time it returns.
   */
  boolean shouldWrite(String ledger, int partition);
}
