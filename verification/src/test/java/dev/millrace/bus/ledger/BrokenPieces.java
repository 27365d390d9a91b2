package dev.millrace.bus.ledger;

import dev.millrace.bus.Bus;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.UnreadableException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of the protocol with one of them broken.
 *
 * @param <C> the commands
 */
public final class BrokenPieces<S, C, E> extends Pieces<S, C, E> {
  private final Breach breach;
  private final Reading<E> reading;
  private final Map<Integer, Fold<S>> workingCopies = new HashMap<>();

  /** What is broken. */
  public enum Breach {
    /** Nothing is. */
    NONE,
    /** A decision counts if it is of the term: gaps and doubles pass. */
    NO_N,
    /** A decision counts if its n is higher: gaps pass. */
    NO_N_BUT_NO_DOUBLES,
    /** A {@code writer-changed} of the same epoch counts too, and decisions count without n. */
    ONE_EPOCH_TWICE,
    /** A {@code writer-changed} of the same epoch counts too, and there is one term. */
    ONE_EPOCH_TWICE_WITH_N,
    /** Decisions that are skipped still move the position in the commands. */
    SKIPPED_RECORDS_MOVE_THE_POSITION,
    /** What is forgotten raises no floor. */
    IDS_FORGOTTEN_SILENTLY,
    /** A decision's time is the clock's. */
    AT_IS_THE_CLOCK,
    /** The writer writes before it has folded its own {@code writer-changed}. */
    WRITING_BEFORE_THE_OWN_RECORD_WAS_FOLDED,
    /** The writer writes as soon as its own {@code writer-changed} is acknowledged. */
    WRITING_ON_THE_ACKNOWLEDGEMENT,
    /** After a failed append the writer goes on in its term, from what it has folded. */
    SAME_TERM_AFTER_A_FAILED_APPEND,
    /** The last decided command is not looked at again. */
    NO_OVERLAP_OF_COMMANDS,
    /** The last record that was folded is not looked at again. */
    NO_OVERLAP_OF_THE_LEDGER,
    /** What does not evolve is written all the same. */
    WRITTEN_WITHOUT_EVOLVING,
    /** Readers go on in a language that they do not know, and pass over types that they do not. */
    UNKNOWN_TYPE_IGNORED
  }

  /** Reads records; several readers may share it, since records do not change. */
  public interface Reading<E> {
    /** What the codec makes of the record; null if it cannot read it. */
    @Nullable LedgerRecord<E> read(LedgerCodec<E> codec, byte[] value);
  }

  /** Makes pieces. */
  public BrokenPieces(Breach breach, Reading<E> reading) {
    this.breach = breach;
    this.reading = reading;
  }

  /** What the last decision made here led to, believed or not; null if none was made. */
  public @Nullable Fold<S> workingCopy(int partition) {
    return workingCopies.get(partition);
  }

  /** An authority with the broken piece. */
  public LedgerAuthority<S, C, E> authority(
      LedgerAuthority.Ports<S, C, E> ports, LedgerSettings settings) {
    return new LedgerAuthority<>(ports, settings, this);
  }

  /** A follower with the broken piece. */
  public LedgerFollower<S, E> follower(
      Bus bus,
      LedgerKind<S, C, E> kind,
      String name,
      Timing timing,
      LedgerSettings settings,
      FaultHandler faults,
      Starts<S> starts) {
    return new LedgerFollower<>(bus, kind, name, timing, settings, faults, starts, this);
  }

  @Override
  Folding<S, E> folding(LedgerKind<S, ?, E> kind, int partitions, int remembered) {
    return new Folding<>(kind, partitions, remembered) {
      @Override
      boolean believes(Fold<S> fold, long epoch) {
        boolean twice =
            switch (breach) {
              case ONE_EPOCH_TWICE, ONE_EPOCH_TWICE_WITH_N -> true;
              default -> false;
            };
        return twice ? epoch >= fold.epoch() : super.believes(fold, epoch);
      }

      @Override
      boolean believes(Fold<S> fold, String term, long n) {
        boolean ofTerm = fold.epoch() > 0 && fold.term().equals(term);
        return switch (breach) {
          case NO_N, ONE_EPOCH_TWICE -> ofTerm;
          case NO_N_BUT_NO_DOUBLES -> ofTerm && n > fold.n();
          default -> super.believes(fold, term, n);
        };
      }

      @Override
      Fold<S> evolve(Fold<S> fold, Decided<E> decided) {
        Fold<S> after =
            breach == Breach.WRITTEN_WITHOUT_EVOLVING
                ? evolveOrNot(fold, decided)
                : super.evolve(fold, decided);
        return breach == Breach.IDS_FORGOTTEN_SILENTLY ? ChangedFold.withoutFloor(after) : after;
      }

      private Fold<S> evolveOrNot(Fold<S> fold, Decided<E> decided) {
        try {
          return super.evolve(fold, decided);
        } catch (RuntimeException _) {
          return fold.decided(decided, fold.state(), remembered);
        }
      }

      @Override
      Folded<S, E> accept(Fold<S> fold, byte[] value) {
        LedgerRecord<E> record = reading.read(kind.eventCodec(), value);
        return record == null ? super.accept(fold, value) : accept(fold, record);
      }

      @Override
      Folded<S, E> accept(Fold<S> fold, LedgerRecord<E> record) {
        return breach == Breach.UNKNOWN_TYPE_IGNORED
                && record instanceof WriterChanged<E> w
                && w.language() > kind.language()
            ? super.accept(
                fold,
                new WriterChanged<>(
                    w.epoch(), w.term(), w.instance(), kind.language(), w.partitions()))
            : super.accept(fold, record);
      }

      @Override
      Folded<S, E> unreadable(Fold<S> fold, byte[] value, UnreadableException why) {
        return breach == Breach.UNKNOWN_TYPE_IGNORED
            ? new Folded.Skipped<>("")
            : super.unreadable(fold, value, why);
      }
    };
  }

  @Override
  Replica<S, E> replica(TopicPartition ledger, Folding<S, E> folding, Checkpoint<S> at) {
    return new Replica<>(ledger, folding, at) {
      @Override
      long overlap() {
        return breach == Breach.NO_OVERLAP_OF_THE_LEDGER ? at().offset() + 1 : super.overlap();
      }

      @Override
      Folded<S, E> accept(LogRecord record) {
        Folded<S, E> folded = super.accept(record);
        if (breach == Breach.SKIPPED_RECORDS_MOVE_THE_POSITION
            && folded instanceof Folded.Skipped<S, E>) {
          moved(record);
        }
        return folded;
      }

      private void moved(LogRecord record) {
        var read = dev.millrace.events.Json.mapper().readTree(record.value());
        var cause = read.path("cause");
        if (cause.path("by").asString("").equals("command")
            && cause.get("offset").longValue() > fold().command()) {
          at(
              new Checkpoint<>(
                  ChangedFold.withCommand(
                      fold(), cause.get("offset").longValue(), cause.get("checksum").intValue()),
                  at().offset(),
                  at().checksum(),
                  at().gaps()));
        }
      }
    };
  }

  @Override
  Decider<S, C, E> decider(
      LedgerKind<S, C, E> kind,
      Folding<S, E> folding,
      Rules<S, C, E> rules,
      LedgerSettings settings,
      Supplier<String> ids,
      int partitions) {
    return new Decider<>(kind, folding, rules, settings, ids, partitions) {
      @Override
      Ready<S, E> command(Fold<S> work, LogRecord record, Instant now, boolean undecidable) {
        Ready<S, E> ready = super.command(work, record, now, undecidable);
        workingCopies.put(record.source().partition(), ready.after());
        return ready;
      }

      @Override
      Instant at(Fold<S> work, Instant now) {
        return breach == Breach.AT_IS_THE_CLOCK ? now : super.at(work, now);
      }
    };
  }

  @Override
  Writer<S, C, E> writer(Writer.Context<S, C, E> context, Replica<S, E> replica) {
    return new Writer<>(context, replica) {
      @Override
      void announce(long next) {
        super.announce(next);
        if (breach == Breach.WRITING_BEFORE_THE_OWN_RECORD_WAS_FOLDED) {
          count();
        }
      }

      @Override
      Fold<S> workingCopy() {
        Fold<S> copy = super.workingCopy();
        return copy.term().equals(term) ? copy : ChangedFold.announced(copy, epoch, term);
      }

      @Override
      void acknowledged(String ofTerm) {
        if (breach == Breach.WRITING_ON_THE_ACKNOWLEDGEMENT) {
          context.mailbox().post(() -> begin(ofTerm));
        }
      }

      @Override
      void read(LogRecord record, Folded<S, E> folded) {
        boolean own =
            folded instanceof Folded.Accepted<S, E> accepted
                && accepted.record() instanceof WriterChanged<E> changed
                && changed.term().equals(term);
        if (!own || stage() == Stage.ANNOUNCED) {
          super.read(record, folded);
        }
      }

      @Override
      void appendFailed(String ofTerm, Throwable failure) {
        if (breach == Breach.SAME_TERM_AFTER_A_FAILED_APPEND) {
          context.mailbox().post(() -> goOn(ofTerm, failure));
        } else {
          super.appendFailed(ofTerm, failure);
        }
      }

      private void goOn(String ofTerm, Throwable failure) {
        if (writing == null || !term.equals(ofTerm)) {
          super.appendFailed(ofTerm, failure);
          return;
        }
        writing.close();
        appender = context.bus().appender(term);
        long from = replica.fold().command() + 1;
        context.follower().assign(commands, from);
        write(from, 0);
      }

      private void begin(String ofTerm) {
        if (stage() == Stage.ANNOUNCED && term.equals(ofTerm)) {
          count();
        }
      }

      @Override
      boolean isLastDecided(LogRecord record) {
        return breach == Breach.NO_OVERLAP_OF_COMMANDS || super.isLastDecided(record);
      }
    };
  }
}
