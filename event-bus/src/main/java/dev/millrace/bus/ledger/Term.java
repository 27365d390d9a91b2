package dev.millrace.bus.ledger;

import dev.millrace.bus.Appender;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Decider.Ready;
import dev.millrace.bus.ledger.Rules.Due;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Rejected;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One term of one writer (rule 6): the working copy, the commands still to decide, and the own
 * records that were not read back yet. Ends by being dropped.
 */
final class Term<S, C, E> {
  private final Decider<S, C, E> decider;
  private final Rules<S, C, E> rules;
  private final LedgerSettings settings;
  private final Timing timing;
  private final String instance;
  private final Turn turn;
  private final TopicPartition ledger;
  private final Appender appender;
  private final CommandQueue commands;
  private final long carefulBefore;
  private final Consumer<Throwable> failed;
  private final Deque<Sent> unread = new ArrayDeque<>();
  private Fold<S> work;

  /** What a term is made of. */
  record Parts<S, C, E>(
      Decider<S, C, E> decider,
      Rules<S, C, E> rules,
      LedgerSettings settings,
      Timing timing,
      String instance,
      Turn turn) {}

  /**
   * An own record.
   *
   * @param poison the command record that it rejects, to be told as a dead letter; else null
   */
  record Sent(long n, long nanos, @Nullable LogRecord poison) {}

  /**
   * Begins to write.
   *
   * @param carefulBefore commands before this offset are decided one by one if terms have ended
   *     without progress, so that the one that ends them is found
   * @param failed hears of failed appends, on any thread
   */
  Term(
      Parts<S, C, E> parts,
      TopicPartition ledger,
      Appender appender,
      CommandQueue commands,
      Fold<S> fold,
      long carefulBefore,
      Consumer<Throwable> failed) {
    this.decider = parts.decider();
    this.rules = parts.rules();
    this.settings = parts.settings();
    this.timing = parts.timing();
    this.instance = parts.instance();
    this.turn = parts.turn();
    this.ledger = ledger;
    this.appender = appender;
    this.commands = commands;
    this.work = fold;
    this.carefulBefore = fold.barren() > 1 ? carefulBefore : 0;
    this.failed = failed;
  }

  void command(LogRecord record) {
    commands.add(record);
  }

  /** An accepted decision of this term was read: the oldest of those sent. */
  Sent readBack(long n) {
    Sent sent = unread.poll();
    if (sent == null || sent.n() != n) {
      throw new IllegalStateException(
          "decision %d of term %s was read, but not sent".formatted(n, work.term()));
    }
    return sent;
  }

  /** Whether an own record has been away for too long. */
  boolean overdue(long nanos) {
    Sent oldest = unread.peek();
    return oldest != null && nanos - oldest.nanos() > settings.patience().toNanos();
  }

  /** Nanoseconds from now on to the next thing that has to be done without any record coming. */
  long idleFor(long nanos) {
    Sent oldest = unread.peek();
    long wait =
        oldest == null
            ? Long.MAX_VALUE
            : oldest.nanos() + settings.patience().toNanos() - nanos + 1;
    Due due = unread.size() < settings.unread() ? rules.nextDue(work.state()) : null;
    if (due != null) {
      long millis = Math.min(3_600_000, due.at().toEpochMilli() - timing.now().toEpochMilli());
      wait = Math.min(wait, millis * 1_000_000);
    }
    return wait;
  }

  /** Decides all that can be decided now, given what has been read back. */
  void decide(Fold<S> fold) {
    if (fold.barren() < 2) {
      turn.giveBack(ledger.partition());
    }
    Instant now = timing.now();
    while (unread.size() < settings.unread()) {
      Due due = rules.nextDue(work.state());
      if (due == null || due.at().isAfter(now)) {
        break;
      }
      Ready<S, E> ready = decider.tick(work, due, now);
      if (ready == null) {
        break;
      }
      append(ready, null);
    }
    while (unread.size() < settings.unread()) {
      LogRecord next = commands.peek();
      if (next == null || !mayDecide(fold, next, now)) {
        return;
      }
      boolean hopeless = hopeless(next);
      Ready<S, E> ready = decider.command(work, next, now, hopeless);
      commands.remove();
      append(ready, poison(ready.decided().outcome()) ? next : null);
    }
  }

  private boolean mayDecide(Fold<S> fold, LogRecord next, Instant now) {
    if (next.offset() >= carefulBefore && work.barren() < 2) {
      return true;
    }
    if (!unread.isEmpty()) {
      return false;
    }
    if (fold.barren() < 2 || hopeless(next)) {
      return true;
    }
    if (!turn.take(ledger.partition())) {
      return false;
    }
    if (fold.tries().by(instance, next.offset())) {
      return true;
    }
    append(decider.trying(work, next.offset(), instance, now), null);
    return false;
  }

  private boolean hopeless(LogRecord next) {
    return work.barren() > 1 && work.tries().byOthers(instance, next.offset()) >= settings.triers();
  }

  private void append(Ready<S, E> ready, @Nullable LogRecord poison) {
    work = ready.after();
    unread.add(new Sent(ready.decided().n(), timing.nanos().getAsLong(), poison));
    appender
        .append(ledger, null, ready.bytes())
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                failed.accept(failure);
              }
            });
  }

  private static boolean poison(Outcome outcome) {
    return outcome instanceof Rejected rejected
        && switch (rejected.code()) {
          case UNREADABLE, WRONG_PARTITION, UNDECIDABLE -> true;
          default -> false;
        };
  }

  /** Ends the term at once: nothing more is sent. */
  void close() {
    turn.giveBack(ledger.partition());
    appender.close();
    commands.close();
  }
}
