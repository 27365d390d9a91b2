package dev.millrace.runservice.traces;

import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rules that say what they are asked: a decision on the ledger does not tell of a refused command.
 */
record NotedRules(Rules<Runs, RunCommand, RunEvent> rules, Notes notes)
    implements Rules<Runs, RunCommand, RunEvent> {
  @Override
  public Decision<RunEvent> decide(
      Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
    notes.take(command);
    return rules.decide(state, command, at, ids);
  }

  @Override
  public @Nullable Due nextDue(Runs state) {
    return rules.nextDue(state);
  }

  @Override
  public Decision<RunEvent> tick(Runs state, Due due, Instant at, Supplier<String> ids) {
    return rules.tick(state, due, at, ids);
  }
}
