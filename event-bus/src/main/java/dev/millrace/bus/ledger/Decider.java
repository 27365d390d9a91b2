package dev.millrace.bus.ledger;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.ledger.Rules.Due;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Decision;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Partitions;
import dev.millrace.events.UnreadableException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes decisions on a working copy: the checks that come before the rules (rules 9 and 10), the
 * rules, and what must hold of every decision before it is written (rule 6). Changes nothing.
 */
class Decider<S, C, E> {
  private static final int MESSAGE = 500;

  private final LedgerKind<S, C, E> kind;
  private final Folding<S, E> folding;
  private final Rules<S, C, E> rules;
  private final LedgerSettings settings;
  private final Supplier<String> ids;
  private final int partitions;

  Decider(
      LedgerKind<S, C, E> kind,
      Folding<S, E> folding,
      Rules<S, C, E> rules,
      LedgerSettings settings,
      Supplier<String> ids,
      int partitions) {
    this.kind = kind;
    this.folding = folding;
    this.rules = rules;
    this.settings = settings;
    this.ids = ids;
    this.partitions = partitions;
  }

  /** A decision, its bytes, and the working copy after it. */
  record Ready<S, E>(Decided<E> decided, byte[] bytes, Fold<S> after) {}

  /** Decides a command record; {@code undecidable} if it must not be tried any more. */
  Ready<S, E> command(Fold<S> work, LogRecord record, Instant now, boolean undecidable) {
    int checksum = Checkpoint.checksumOf(record.value());
    if (record.value().length > settings.commandBytes()) {
      return unnamed(work, record, checksum, now, Code.TOO_LARGE, "the command is too large");
    }
    Command<C> command;
    try {
      command = kind.commandCodec().read(record.value());
    } catch (UnreadableException e) {
      return unnamed(work, record, checksum, now, Code.UNREADABLE, e.getMessage());
    }
    Instant made = command.made().truncatedTo(ChronoUnit.MILLIS);
    boolean remembered = command.waited() || kind.creates().test(command.body());
    var cause = new Cause.OfCommand(record.offset(), command.id(), checksum, made, remembered);
    var repeat = repeat(work, command.id(), made, remembered, now);
    if (repeat != null) {
      var unremembered = new Cause.OfCommand(record.offset(), command.id(), checksum, made, false);
      return eventless(work, unremembered, now, repeat);
    }
    Instant at = at(work, now);
    Decision<E> decision = decide(work, record, command, at, undecidable);
    return checked(work, cause, at, decision);
  }

  /** Decides a due time; null if nothing changes. */
  @Nullable Ready<S, E> tick(Fold<S> work, Due due, Instant now) {
    Instant at = at(work, now);
    Decision<E> decision = rules.tick(work.state(), due, at, ids);
    if (decision.events().isEmpty()) {
      return null;
    }
    return ready(work, new Cause.OfTick(due.subject(), due.at()), at, decision);
  }

  /** Notes that the instance is about to try the command at the offset. */
  Ready<S, E> trying(Fold<S> work, long offset, String instance, Instant now) {
    return eventless(work, new Cause.Trying(offset, instance), now, Outcome.accepted());
  }

  // Rule 9; null if the id is new.
  private @Nullable Outcome repeat(
      Fold<S> work, CommandId id, Instant made, boolean remembered, Instant now) {
    Memory.Remembered known = work.memory().answer(id);
    if (known != null) {
      return known.outcome();
    }
    // Only ids that would have been remembered are too old to tell; the state tells of all others.
    if (remembered && !made.isAfter(work.memory().floor())) {
      return new Outcome.Rejected(
          Code.EXPIRED, "this is so old that it cannot be told whether it was decided before");
    }
    if (made.isAfter(now.plus(settings.future()))) {
      return new Outcome.Rejected(
          Code.FROM_THE_FUTURE, "this was made at %s, and it is %s now".formatted(made, now));
    }
    return null;
  }

  private Decision<E> decide(
      Fold<S> work, LogRecord record, Command<C> command, Instant at, boolean undecidable) {
    int right = Partitions.of(kind.key().apply(command.body()), partitions);
    if (right != record.source().partition()) {
      return Decision.reject(
          Code.WRONG_PARTITION,
          "this belongs into partition %d, not %d: publish it with the key of its root group"
              .formatted(right, record.source().partition()));
    }
    if (undecidable) {
      return Decision.reject(Code.UNDECIDABLE, "deciding this has ended several processes");
    }
    try {
      return rules.decide(work.state(), command, at, ids);
    } catch (RuntimeException e) {
      return Decision.reject(Code.UNDECIDABLE, "deciding this failed: " + shortened(e.toString()));
    }
  }

  private Ready<S, E> checked(
      Fold<S> work, Cause.OfCommand cause, Instant at, Decision<E> decision) {
    for (E event : decision.events()) {
      if (kind.eventCodec().since(event) > work.language()) {
        return eventless(
            work,
            cause,
            at,
            new Outcome.Rejected(
                Code.TRY_LATER, "not every instance has been brought up to date yet"));
      }
    }
    Ready<S, E> ready;
    try {
      ready = ready(work, cause, at, decision);
    } catch (RuntimeException e) {
      return eventless(
          work,
          cause,
          at,
          new Outcome.Rejected(
              Code.UNDECIDABLE, "deciding this failed: " + shortened(e.toString())));
    }
    if (ready.bytes().length > settings.decisionBytes()) {
      return eventless(
          work, cause, at, new Outcome.Rejected(Code.TOO_LARGE, "the decision is too large"));
    }
    return ready;
  }

  private Ready<S, E> unnamed(
      Fold<S> work, LogRecord record, int checksum, Instant now, Code code, @Nullable String why) {
    var cause = new Cause.OfCommand(record.offset(), null, checksum, null, false);
    return eventless(work, cause, now, new Outcome.Rejected(code, shortened(why)));
  }

  private Ready<S, E> eventless(Fold<S> work, Cause cause, Instant now, Outcome outcome) {
    return write(work, cause, at(work, now), outcome, List.of());
  }

  private Ready<S, E> ready(Fold<S> work, Cause cause, Instant at, Decision<E> decision) {
    return write(work, cause, at, decision.outcome(), decision.events());
  }

  private Ready<S, E> write(
      Fold<S> work, Cause cause, Instant at, Outcome outcome, List<E> events) {
    var decided = new Decided<>(work.term(), work.n() + 1, cause, at, outcome, events);
    Fold<S> after = folding.kept(folding.evolve(work, decided), decided);
    return new Ready<>(decided, kind.eventCodec().write(decided), after);
  }

  private static String shortened(@Nullable String why) {
    String text = why == null ? "" : why;
    return text.length() <= MESSAGE ? text : text.substring(0, MESSAGE) + "…";
  }

  /** The time of the next decision. */
  Instant at(Fold<S> work, Instant now) {
    return now.isAfter(work.at()) ? now : work.at();
  }
}
