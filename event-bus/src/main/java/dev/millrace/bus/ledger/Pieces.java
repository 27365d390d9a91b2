package dev.millrace.bus.ledger;

import dev.millrace.bus.TopicPartition;
import java.util.function.Supplier;

/**
 * Makes the pieces of which the protocol consists. The simulation replaces one by a broken one, to
 * see that it would notice.
 */
class Pieces<S, C, E> {
  Folding<S, E> folding(LedgerKind<S, ?, E> kind, int partitions, int remembered) {
    return new Folding<>(kind, partitions, remembered);
  }

  Replica<S, E> replica(TopicPartition ledger, Folding<S, E> folding, Checkpoint<S> at) {
    return new Replica<>(ledger, folding, at);
  }

  Decider<S, C, E> decider(
      LedgerKind<S, C, E> kind,
      Folding<S, E> folding,
      Rules<S, C, E> rules,
      LedgerSettings settings,
      Supplier<String> ids,
      int partitions) {
    return new Decider<>(kind, folding, rules, settings, ids, partitions);
  }

  Writer<S, C, E> writer(Writer.Context<S, C, E> context, Replica<S, E> replica) {
    return new Writer<>(context, replica);
  }
}
