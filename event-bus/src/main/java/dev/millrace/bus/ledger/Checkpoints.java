package dev.millrace.bus.ledger;

/** Checkpoints of ledgers that somebody keeps. Any thread; calls may block. */
public interface Checkpoints {
  /** None at all. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public <S> Checkpoint<S> newest(LedgerKind<S, ?, ?> kind, int partition, long before) {
          return Checkpoint.empty(kind.meaning().empty());
        }
      };

  /**
   * The newest whole one of a partition; {@link Checkpoint#empty} if there is none.
   *
   * @param before only one whose last record has a lower offset
   */
  <S> Checkpoint<S> newest(LedgerKind<S, ?, ?> kind, int partition, long before);

  /** Where somebody begins who needs nothing but the state. */
  default <S> Starts<S> newest(LedgerKind<S, ?, ?> kind) {
    return partition -> newest(kind, partition, Long.MAX_VALUE);
  }
}
