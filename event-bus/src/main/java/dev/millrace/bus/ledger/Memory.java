package dev.millrace.bus.ledger;

import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/**
 * The answers that a partition remembers by the id of their command. Immutable.
 *
 * @param byMade the same ids, the one made earliest first
 * @param floor nothing made at or before it can be told to be new; {@link Instant#MIN} as long as
 *     nothing was forgotten
 */
public record Memory(PMap<CommandId, Remembered> answers, PSortedSet<Made> byMade, Instant floor) {
  /** Remembers nothing and has forgotten nothing. */
  public static final Memory EMPTY =
      new Memory(
          HashTreePMap.empty(),
          TreePSet.empty(Comparator.comparing(Made::at).thenComparing(made -> made.id().value())),
          Instant.MIN);

  /**
   * One answer.
   *
   * @param n of the decision
   */
  public record Remembered(Outcome outcome, long n) {}

  /** When a remembered command was made. */
  public record Made(Instant at, CommandId id) {}

  /** The answer, or null if it is not remembered. */
  public @Nullable Remembered answer(CommandId id) {
    return answers.get(id);
  }

  /** Remembers one more; above the capacity forgets the one made earliest. */
  Memory with(CommandId id, Instant made, Remembered answer, int capacity) {
    var more = new Memory(answers.plus(id, answer), byMade.plus(new Made(made, id)), floor);
    return more.byMade.size() > capacity ? more.withoutEarliest() : more;
  }

  private Memory withoutEarliest() {
    Made earliest = byMade.first();
    return new Memory(
        answers.minus(earliest.id()),
        byMade.minus(earliest),
        earliest.at().isAfter(floor) ? earliest.at() : floor);
  }
}
