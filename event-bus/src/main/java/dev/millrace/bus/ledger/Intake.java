package dev.millrace.bus.ledger;

import dev.millrace.events.Outcome.Rejected;
import java.util.List;
import java.util.Optional;

/**
 * Whether anything new is taken at present. What was accepted before goes on whatever this says.
 * Asked by any thread, often: it does not block.
 */
@FunctionalInterface
public interface Intake {
  /** Where everything is taken. */
  Intake OPEN = Optional::empty;

  /** What is told to whoever wants something new; empty if it is taken. */
  Optional<Rejected> refusal();

  /** Takes what all of them take; the first that does not says why. */
  static Intake all(List<Intake> intakes) {
    var each = List.copyOf(intakes);
    return () -> each.stream().flatMap(intake -> intake.refusal().stream()).findFirst();
  }
}
