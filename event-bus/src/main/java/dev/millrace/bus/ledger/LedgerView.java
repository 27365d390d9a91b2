package dev.millrace.bus.ledger;

import dev.millrace.events.LedgerRecord.Decided;

/**
 * What a replica has folded. Methods may be called from any thread.
 *
 * <p>States are immutable, so a state once taken is consistent for as long as it is held.
 */
public interface LedgerView<S, E> {
  int partitions();

  /** The state of the partition after the last accepted decision. */
  S state(int partition);

  /** The n of the last accepted decision of the partition; 0 before the first. */
  long n(int partition);

  /** The offset of the next ledger record that will be folded. */
  long position(int partition);

  /** Whether the record at the offset, which is folded already, is an accepted decision. */
  boolean isAccepted(int partition, long offset);

  /**
   * From now on tells the listener every accepted decision, per partition in order and without
   * gaps, on the thread that folds: a listener only enqueues. {@link Listener#folding} is called
   * first, for each partition, with the state that the first {@link Listener#accepted} follows on.
   */
  Subscription subscribe(Listener<S, E> listener);

  /** Ends what it stands for; may be called more than once. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Hears accepted decisions. */
  interface Listener<S, E> {
    /** Where the partition stands when listening begins. */
    void folding(int partition, long n, S state);

    /** A decision was accepted; {@code offset} is that of its record. */
    void accepted(int partition, long offset, Decided<E> decision, S before, S after);

    /** The record at the offset was read and is no accepted decision. */
    default void passed(int partition, long offset) {}
  }
}
