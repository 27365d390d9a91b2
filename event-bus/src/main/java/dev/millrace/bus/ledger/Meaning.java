package dev.millrace.bus.ledger;

import dev.millrace.events.ImpossibleEvent;
import java.time.Instant;

/**
 * What events mean: pure functions on an immutable state. No clock, no randomness, no I/O; the same
 * on every replica for ever.
 */
public interface Meaning<S, E> {
  /** The state before the first event. */
  S empty();

  /**
   * The state after the event.
   *
   * @param at the time of the decision that the event belongs to
   * @throws ImpossibleEvent if the event cannot follow on this state
   */
  S evolve(S state, Instant at, E event);

  /**
   * The state in which that which the event is about is set aside: it stays as it is, visibly,
   * keeps its places, and no later event changes it.
   */
  S freeze(S state, E event, String why);

  /**
   * What is kept of the state once everybody has been told of the decision that the event belongs
   * to, which is evolved as a whole before. Reader and writer keep the same.
   */
  default S kept(S state, E event) {
    return state;
  }
}
