package dev.millrace.bus.ledger;

import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import java.time.Instant;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * What all accepted records of a partition come to (rule 4). Immutable, and shares structure with
 * what it came from: a writer's working copy is just this.
 *
 * @param epoch of the last accepted {@code writer-changed}; 0 before the first
 * @param term of the same
 * @param n of the last accepted decision; 0 before the first
 * @param at of the same
 * @param language the highest of all accepted {@code writer-changed}
 * @param command offset of the last decided command; -1 before the first
 * @param checksum of that command's record
 * @param barren how many terms in a row, the present one included, have decided no command
 */
public record Fold<S>(
    S state,
    long epoch,
    String term,
    long n,
    Instant at,
    int language,
    long command,
    int checksum,
    Memory memory,
    Tries tries,
    int barren) {

  /**
   * Who has been about to decide a command since the last one was decided.
   *
   * @param offset of the command; -1 if nobody has
   */
  public record Tries(long offset, PSet<String> instances) {
    static final Tries NONE = new Tries(-1, HashTreePSet.empty());

    Tries with(Cause.Trying trying) {
      PSet<String> earlier = trying.offset() == offset ? instances : HashTreePSet.<String>empty();
      return new Tries(trying.offset(), earlier.plus(trying.instance()));
    }

    boolean by(String instance, long command) {
      return offset == command && instances.contains(instance);
    }

    int byOthers(String instance, long command) {
      return offset == command ? instances.minus(instance).size() : 0;
    }
  }

  /** Before the first record. */
  public static <S> Fold<S> empty(S state) {
    return new Fold<>(state, 0, "", 0, Instant.EPOCH, 0, -1, 0, Memory.EMPTY, Tries.NONE, 0);
  }

  /** With another state. */
  public Fold<S> with(S other) {
    return new Fold<>(
        other, epoch, term, n, at, language, command, checksum, memory, tries, barren);
  }

  Fold<S> with(Memory other) {
    return new Fold<>(state, epoch, term, n, at, language, command, checksum, other, tries, barren);
  }

  Fold<S> writer(WriterChanged<?> w) {
    return new Fold<>(
        state,
        w.epoch(),
        w.term(),
        n,
        at,
        // A candidate of an older build may land behind the raise; what was written is still there.
        Math.max(language, w.language()),
        command,
        checksum,
        memory,
        tries,
        barren + 1);
  }

  /**
   * After the decision, whose events led to the given state.
   *
   * @param remembered so many answers; 0 for readers that answer nobody
   */
  Fold<S> decided(Decided<?> d, S after, int remembered) {
    return switch (d.cause()) {
      case Cause.OfCommand c ->
          new Fold<>(
              after,
              epoch,
              term,
              d.n(),
              d.at(),
              language,
              c.offset(),
              c.checksum(),
              remember(c, d, remembered),
              Tries.NONE,
              0);
      case Cause.OfTick _ -> uncommanded(d, after, tries);
      case Cause.Trying trying -> uncommanded(d, after, tries.with(trying));
    };
  }

  private Fold<S> uncommanded(Decided<?> d, S after, Tries tried) {
    return new Fold<>(
        after, epoch, term, d.n(), d.at(), language, command, checksum, memory, tried, barren);
  }

  private Memory remember(Cause.OfCommand c, Decided<?> d, int capacity) {
    return capacity > 0 && c.remembered() && c.id() != null && c.made() != null
        ? memory.with(c.id(), c.made(), new Memory.Remembered(d.outcome(), d.n()), capacity)
        : memory;
  }
}
