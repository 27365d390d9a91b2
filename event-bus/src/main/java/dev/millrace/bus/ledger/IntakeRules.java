package dev.millrace.bus.ledger;

import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rules that refuse what is new while nothing new is taken, however it came to its topic. As with
 * the time of a decision, what the intake said is in the ledger: no reader asks it again.
 *
 * @param isNew whether the command asks for something new, and is not part of what goes on
 */
public record IntakeRules<S, C, E>(Rules<S, C, E> rules, Intake intake, Predicate<Command<C>> isNew)
    implements Rules<S, C, E> {
  @Override
  public Decision<E> decide(S state, Command<C> command, Instant at, Supplier<String> ids) {
    if (isNew.test(command)) {
      Optional<Decision<E>> refused =
          intake.refusal().map(refusal -> new Decision<>(refusal, List.of()));
      if (refused.isPresent()) {
        return refused.get();
      }
    }
    return rules.decide(state, command, at, ids);
  }

  @Override
  public @Nullable Due nextDue(S state) {
    return rules.nextDue(state);
  }

  @Override
  public Decision<E> tick(S state, Due due, Instant at, Supplier<String> ids) {
    return rules.tick(state, due, at, ids);
  }
}
