package dev.millrace.bus.ledger;

import java.time.Instant;
import java.util.function.Consumer;

/** Folds that are not what they should be. */
public final class ChangedFold {
  private ChangedFold() {}

  // The parts of a fold that somebody gets wrong.
  private static final class Parts {
    long epoch;
    String term;
    long n;
    long command;
    int checksum;
    Memory memory;
    int barren;

    Parts(Fold<?> f) {
      epoch = f.epoch();
      term = f.term();
      n = f.n();
      command = f.command();
      checksum = f.checksum();
      memory = f.memory();
      barren = f.barren();
    }
  }

  private static <S> Fold<S> of(Fold<S> f, Consumer<Parts> change) {
    var parts = new Parts(f);
    change.accept(parts);
    return new Fold<>(
        f.state(),
        parts.epoch,
        parts.term,
        parts.n,
        f.at(),
        f.language(),
        parts.command,
        parts.checksum,
        parts.memory,
        f.tries(),
        parts.barren);
  }

  public static <S> Fold<S> withoutTerm(Fold<S> f) {
    return of(f, parts -> parts.term = "");
  }

  public static <S> Fold<S> withoutN(Fold<S> f) {
    return of(f, parts -> parts.n = 0);
  }

  /** No answer is remembered, nor since when there should be some. */
  public static <S> Fold<S> withoutIds(Fold<S> f) {
    return of(f, parts -> parts.memory = Fold.empty(f.state()).memory());
  }

  /** Answers are forgotten as if there never had been any. */
  static <S> Fold<S> withoutFloor(Fold<S> f) {
    return of(
        f,
        parts -> parts.memory = new Memory(f.memory().answers(), f.memory().byMade(), Instant.MIN));
  }

  /** A term that has begun though nobody has said so. */
  static <S> Fold<S> announced(Fold<S> f, long epoch, String term) {
    return of(
        f,
        parts -> {
          parts.epoch = epoch;
          parts.term = term;
          parts.barren++;
        });
  }

  static <S> Fold<S> withCommand(Fold<S> f, long command, int checksum) {
    return of(
        f,
        parts -> {
          parts.command = command;
          parts.checksum = checksum;
        });
  }
}
