package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The rules, but for commands that nobody survives, or that come to what cannot be. */
final class Fatal extends RulesAround {
  /** Commands with this as a run's name end the process that decides them. */
  static final String KILLER = "killer";

  /** Commands with this as a run's name are decided in a way that does not evolve. */
  static final String IMPOSSIBLE = "impossible";

  Fatal(Rules<Runs, RunCommand, RunEvent> rules) {
    super(rules);
  }

  static boolean isFatal(String command) {
    return command.contains('"' + KILLER + '"') || command.contains('"' + IMPOSSIBLE + '"');
  }

  @Override
  public Decision<RunEvent> decide(
      Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
    if (isOf(command, KILLER)) {
      throw new ProcessDeath();
    }
    Decision<RunEvent> decision = super.decide(state, command, at, ids);
    if (isOf(command, IMPOSSIBLE) && !decision.events().isEmpty()) {
      RunEvent twice = decision.events().getFirst();
      return Decision.accept(List.of(twice, twice));
    }
    return decision;
  }

  private static boolean isOf(Command<RunCommand> command, String name) {
    return command.body() instanceof RunCommand.CreateRuns create
        && create.runs().stream().anyMatch(run -> run.name().equals(name));
  }
}
