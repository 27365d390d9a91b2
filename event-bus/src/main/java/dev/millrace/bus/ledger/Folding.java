package dev.millrace.bus.ledger;

import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.UnreadableException;
import org.jspecify.annotations.Nullable;

/** What readers believe (rules 3 and 4). Pure. */
class Folding<S, E> {
  private final LedgerKind<S, ?, E> kind;
  private final int partitions;
  private final int remembered;

  Folding(LedgerKind<S, ?, E> kind, int partitions, int remembered) {
    this.kind = kind;
    this.partitions = partitions;
    this.remembered = remembered;
  }

  /** What comes of one record. */
  sealed interface Folded<S, E> {
    /**
     * It counts.
     *
     * @param frozen why what it is about was set aside instead; null if all is well
     */
    record Accepted<S, E>(
        Fold<S> before, Fold<S> after, LedgerRecord<E> record, @Nullable String frozen)
        implements Folded<S, E> {}

    /**
     * It leaves no trace.
     *
     * @param term that it names; empty if it names none
     */
    record Skipped<S, E>(String term) implements Folded<S, E> {}

    /** The partition cannot be read any further here. */
    record Stopped<S, E>(String why) implements Folded<S, E> {}
  }

  /** Reads a record and applies it, if it is to be believed. */
  Folded<S, E> accept(Fold<S> fold, byte[] value) {
    LedgerRecord<E> record;
    try {
      record = kind.eventCodec().read(value);
    } catch (UnreadableException e) {
      return unreadable(fold, value, e);
    }
    return accept(fold, record);
  }

  Folded<S, E> accept(Fold<S> fold, LedgerRecord<E> record) {
    return switch (record) {
      case WriterChanged<E> w when !believes(fold, w.epoch()) -> new Folded.Skipped<>(w.term());
      case WriterChanged<E> w when w.partitions() != partitions ->
          new Folded.Stopped<>(
              "its writer counts %d partitions, this process %d"
                  .formatted(w.partitions(), partitions));
      case WriterChanged<E> w when w.language() > kind.language() ->
          new Folded.Stopped<>(
              "it is written in language %d, this process reads %d: a newer Millrace is needed"
                  .formatted(w.language(), kind.language()));
      case WriterChanged<E> w -> new Folded.Accepted<>(fold, fold.writer(w), w, null);
      case Decided<E> d when !believes(fold, d.term(), d.n()) -> new Folded.Skipped<>(d.term());
      case Decided<E> d -> apply(fold, d);
    };
  }

  /** Applies a decision, or throws what {@code evolve} throws. */
  Fold<S> evolve(Fold<S> fold, Decided<E> decided) {
    S state = fold.state();
    for (E event : decided.events()) {
      state = kind.meaning().evolve(state, decided.at(), event);
    }
    return fold.decided(decided, state, remembered);
  }

  /** What is gone on with; listeners are told of all of it. */
  Fold<S> kept(Folded.Accepted<S, E> accepted) {
    return accepted.record() instanceof Decided<E> d ? kept(accepted.after(), d) : accepted.after();
  }

  /** What is gone on with after the decision that led to this fold. */
  Fold<S> kept(Fold<S> after, Decided<E> d) {
    S state = after.state();
    for (E event : d.events()) {
      state = kind.meaning().kept(state, event);
    }
    return state == after.state() ? after : after.with(state);
  }

  private Folded<S, E> apply(Fold<S> fold, Decided<E> d) {
    try {
      return new Folded.Accepted<>(fold, evolve(fold, d), d, null);
    } catch (RuntimeException e) {
      // Every reader finds the same, as evolve is a function of state and event alone.
      String why = "decision %d: %s".formatted(d.n(), e.getMessage());
      S state = fold.state();
      for (E event : d.events()) {
        state = kind.meaning().freeze(state, event, why);
      }
      return new Folded.Accepted<>(fold, fold.decided(d, state, remembered), d, why);
    }
  }

  /** Rule 3, for {@code writer-changed}. */
  boolean believes(Fold<S> fold, long epoch) {
    return epoch > fold.epoch();
  }

  /** Rule 3, for decisions. */
  boolean believes(Fold<S> fold, String term, long n) {
    return fold.epoch() > 0 && fold.term().equals(term) && n == fold.n() + 1;
  }

  // What nobody can believe is skipped; what has to be believed but cannot be read ends the
  // reading.
  Folded<S, E> unreadable(Fold<S> fold, byte[] value, UnreadableException why) {
    Head head;
    try {
      head = Json.read(value, Head.class);
    } catch (UnreadableException _) {
      return new Folded.Skipped<>("");
    }
    String term = head.term() == null ? "" : head.term();
    boolean believed =
        switch (head.kind()) {
          case "writer-changed" -> head.epoch() != null && believes(fold, head.epoch());
          case "decision" -> head.n() != null && believes(fold, term, head.n());
          case null, default -> false;
        };
    return believed
        ? new Folded.Stopped<>("a record cannot be read: " + why.getMessage())
        : new Folded.Skipped<>(term);
  }

  private record Head(
      @Nullable String kind, @Nullable String term, @Nullable Long n, @Nullable Long epoch) {}
}
