package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rules that are others but for what a subclass decides otherwise. */
abstract class RulesAround implements Rules<Runs, RunCommand, RunEvent> {
  private final Rules<Runs, RunCommand, RunEvent> rules;

  RulesAround(Rules<Runs, RunCommand, RunEvent> rules) {
    this.rules = rules;
  }

  @Override
  public Decision<RunEvent> decide(
      Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
    return rules.decide(state, command, at, ids);
  }

  @Override
  public final @Nullable Due nextDue(Runs state) {
    return rules.nextDue(state);
  }

  @Override
  public final Decision<RunEvent> tick(Runs state, Due due, Instant at, Supplier<String> ids) {
    return rules.tick(state, due, at, ids);
  }
}
