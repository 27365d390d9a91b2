package dev.millrace.datamanager.rebuild;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CheckpointCodec;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Gaps;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.LedgerView.Listener;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.storage.checkpoints.Kept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Folds ledgers twice: from the newest checkpoint on, as whoever starts does, and from as far back
 * as their records go. Nobody may be writing meanwhile.
 *
 * @param patience how long one ledger may take
 */
record LedgerViews(
    Bus bus, LedgerCheckpoints checkpoints, Timing timing, FaultHandler faults, Duration patience) {

  /** What a ledger comes to, and from where it was folded. */
  record Folded<S>(List<Checkpoint<S>> partitions, String from) {}

  /** As it is shown: from the newest checkpoint on. */
  <S, C, E> Folded<S> kept(LedgerKind<S, C, E> kind) {
    return fold(kind, checkpoints.newest(kind), null, "the newest checkpoint");
  }

  /**
   * From the first record on; where that is deleted, from the oldest checkpoint that is kept.
   *
   * @param listener hears all decisions on the way; null if nobody wants to
   */
  <S, C, E> Folded<S> rebuilt(LedgerKind<S, C, E> kind, @Nullable Listener<S, E> listener) {
    List<Kept> kept = checkpoints.store().kept();
    boolean whole =
        IntStream.range(0, bus.partitions(kind.events().name()))
            .allMatch(p -> extent(kind, p).start() == 0);
    if (whole || kept.isEmpty()) {
      return fold(kind, Starts.first(kind), listener, "the first record");
    }
    Kept oldest = kept.getLast();
    return fold(
        kind,
        p -> checkpoints.read(oldest, kind, LedgerCheckpoints.name(kind, p)),
        listener,
        "the checkpoint of " + oldest.at());
  }

  private Extent extent(LedgerKind<?, ?, ?> kind, int partition) {
    try {
      return bus.extent(new TopicPartition(kind.events().name(), partition))
          .toCompletableFuture()
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted", e);
    } catch (ExecutionException e) {
      throw new BusException("the broker does not tell what it has: " + e.getMessage(), e);
    }
  }

  private <S, C, E> Folded<S> fold(
      LedgerKind<S, C, E> kind, Starts<S> starts, @Nullable Listener<S, E> listener, String from) {
    try (var ledger =
        new LedgerFollower<S, E>(
            bus, kind, "rebuild", timing, LedgerSettings.DEFAULT, faults, starts)) {
      if (listener != null) {
        var _ = ledger.subscribe(listener);
      }
      CompletableFuture<Void> read = ledger.caughtUp().toCompletableFuture();
      long end = timing.nanos().getAsLong() + patience.toNanos();
      while (!read.isDone() && timing.nanos().getAsLong() - end < 0) {
        ledger.step(Duration.ofMillis(100));
      }
      if (!read.isDone() || read.isCompletedExceptionally()) {
        throw new BusException(
            "%s could not be read from %s on".formatted(kind.events(), from), null);
      }
      List<Checkpoint<S>> all = new ArrayList<>();
      for (int p = 0; p < ledger.partitions(); p++) {
        all.add(ledger.checkpoint(p));
      }
      return new Folded<>(all, from);
    }
  }

  /** Everything that is known of the ledger: state, positions, answers. */
  static <S> ViewComparison compare(
      String name, LedgerKind<S, ?, ?> kind, Folded<S> kept, Folded<S> rebuilt) {
    var one = new ViewDigest();
    var other = new ViewDigest();
    List<String> differences = new ArrayList<>();
    for (int p = 0; p < kept.partitions().size(); p++) {
      String before = digest(kind, kept.partitions().get(p));
      String after = digest(kind, rebuilt.partitions().get(p));
      one.add(before);
      other.add(after);
      if (!before.equals(after)) {
        differences.add(
            "partition %d, at record %d".formatted(p, kept.partitions().get(p).offset()));
      }
    }
    return new ViewComparison(
        name,
        "from %s, and from %s on".formatted(kept.from(), rebuilt.from()),
        one.hex(),
        other.hex(),
        differences);
  }

  private static <S> String digest(LedgerKind<S, ?, ?> kind, Checkpoint<S> at) {
    // Which offsets hold no decision is forgotten for what is deleted.
    var digest = new ViewDigest();
    new CheckpointCodec<>(kind)
        .write(new Checkpoint<>(at.fold(), at.offset(), at.checksum(), Gaps.NONE))
        .forEach(digest::add);
    return digest.hex();
  }
}
