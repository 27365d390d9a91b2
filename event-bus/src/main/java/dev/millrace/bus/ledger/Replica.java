package dev.millrace.bus.ledger;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerRecord.Decided;
import org.jspecify.annotations.Nullable;

/** One partition as it is read here. One thread feeds it; any thread may look at it. */
class Replica<S, E> {
  private final TopicPartition ledger;
  private final Folding<S, E> folding;
  private volatile Checkpoint<S> at;
  private volatile @Nullable String stopped;
  private boolean overlapping;

  Replica(TopicPartition ledger, Folding<S, E> folding, Checkpoint<S> at) {
    this.ledger = ledger;
    this.folding = folding;
    this.at = at;
  }

  TopicPartition ledger() {
    return ledger;
  }

  Checkpoint<S> at() {
    return at;
  }

  void at(Checkpoint<S> there) {
    at = there;
  }

  Fold<S> fold() {
    return at.fold();
  }

  /** Why it is read no further; null as long as it is. */
  @Nullable String stopped() {
    return stopped;
  }

  void stop(String why) {
    stopped = why;
  }

  /** Where to read on: at the last record once more, to see that it is still the one. */
  long overlap() {
    overlapping = at.offset() >= 0;
    return Math.max(at.offset(), 0);
  }

  /** Takes the next record. */
  Folded<S, E> accept(LogRecord record) {
    int checksum = Checkpoint.checksumOf(record.value());
    if (overlapping) {
      overlapping = false;
      if (record.offset() != at.offset() || checksum != at.checksum()) {
        return new Folded.Stopped<>(
            "another record is where the last one that was read had been, at " + at.offset());
      }
      return new Folded.Skipped<>("");
    }
    if (record.offset() <= at.offset()) {
      return new Folded.Stopped<>(
          "record %d comes after %d".formatted(record.offset(), at.offset()));
    }
    Folded<S, E> folded = folding.accept(at.fold(), record.value());
    switch (folded) {
      case Folded.Accepted<S, E> accepted ->
          moveTo(
              folding.kept(accepted),
              record.offset(),
              checksum,
              accepted.record() instanceof Decided<E>);
      case Folded.Skipped<S, E> _ -> moveTo(at.fold(), record.offset(), checksum, false);
      case Folded.Stopped<S, E> _ -> {}
    }
    return folded;
  }

  private void moveTo(Fold<S> fold, long offset, int checksum, boolean decision) {
    Gaps gaps = decision ? at.gaps() : at.gaps().with(offset, at.offset());
    at = new Checkpoint<>(fold, offset, checksum, gaps);
  }
}
