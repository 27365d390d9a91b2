package dev.millrace.bus.ledger;

import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Topics.Topic;
import java.util.List;

/**
 * What has to be told to others because of accepted decisions. Pure. The writer tells it, once it
 * has folded the decision; it may be told again.
 */
public interface Effects<S, E> {
  /** What follows from a decision. */
  List<Effect> of(int partition, Decided<E> decision, S before, S after);

  /** What may not have been told yet, or not been heard: a new writer tells it again. */
  List<Effect> outstanding(int partition, long n, S state);

  /** A record to append to another topic, in the partition of its key. */
  record Effect(Topic topic, String key, byte[] value) {}
}
