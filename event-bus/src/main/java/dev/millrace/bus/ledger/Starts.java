package dev.millrace.bus.ledger;

/**
 * Where reading begins, for each partition of a ledger. What is before a checkpoint need not be
 * there any more.
 */
@FunctionalInterface
public interface Starts<S> {
  /** From there on; {@link Checkpoint#empty} to begin with the first record. */
  Checkpoint<S> start(int partition);

  /** At the first record. */
  static <S> Starts<S> first(LedgerKind<S, ?, ?> kind) {
    return _ -> Checkpoint.empty(kind.meaning().empty());
  }
}
