package dev.millrace.bus.ledger;

import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is granted and what is refused: pure functions on a state. Only the writer of a partition
 * calls them; what they make random is written into the events.
 */
public interface Rules<S, C, E> {
  /**
   * Decides a command.
   *
   * @param at the time of the decision
   * @param ids makes short random ids
   */
  Decision<E> decide(S state, Command<C> command, Instant at, Supplier<String> ids);

  /** The due time that comes first, if there is any. Cheap: asked after every decision. */
  @Nullable Due nextDue(S state);

  /**
   * Decides what a due time changes; {@code due.at()} is not after {@code at}. A decision without
   * events is not written, and must not be due any more.
   */
  Decision<E> tick(S state, Due due, Instant at, Supplier<String> ids);

  /** A time at which something is to be decided about a subject. */
  record Due(String subject, Instant at) {}
}
