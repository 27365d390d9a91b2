package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Catalog;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which build runs where. In seeds with an upgrade there are two: the cancellation of a run is what
 * the older one does not know yet.
 */
final class Builds {
  static final int OLD = 1;
  static final int NEW = 2;
  private static final LedgerKind<Runs, RunCommand, RunEvent> OLDER = kind(OLD, false, NEW);
  private static final LedgerKind<Runs, RunCommand, RunEvent> NEWER = kind(NEW, true, NEW);

  private final boolean upgrading;
  private final Map<String, Integer> builds = new HashMap<>();
  private boolean raised;

  Builds(boolean upgrading) {
    this.upgrading = upgrading;
  }

  /** What the builds that are rolled out can read. */
  static LedgerKind<Runs, RunCommand, RunEvent> kind(int language, boolean cancels, int since) {
    var events = new Catalog<RunEvent>();
    for (Catalog.Entry<? extends RunEvent> each : RunCatalog.EVENTS.entries()) {
      boolean cancel = each.body().equals(RunEvent.RunCancelled.class);
      if (!cancel || cancels) {
        add(events, each, cancel ? since : each.since());
      }
    }
    var runs = Ledgers.RUNS;
    return new LedgerKind<>(
        runs.commands(),
        runs.events(),
        runs.commandCodec(),
        new LedgerCodec<>(events),
        runs.key(),
        runs.creates(),
        language,
        runs.meaning(),
        runs.stateCodec());
  }

  private static <M extends RunEvent> void add(
      Catalog<RunEvent> to, Catalog.Entry<M> entry, int since) {
    to.add(entry.type(), entry.version(), since, entry.body());
  }

  LedgerKind<Runs, RunCommand, RunEvent> newest() {
    return upgrading ? NEWER : Ledgers.RUNS;
  }

  LedgerKind<Runs, RunCommand, RunEvent> kind(int build) {
    return upgrading && build == OLD ? OLDER : newest();
  }

  Rules<Runs, RunCommand, RunEvent> rules(int build, Rules<Runs, RunCommand, RunEvent> rules) {
    return upgrading && build == OLD ? new OldRules(rules) : rules;
  }

  /** The build that is installed there. */
  int of(String slot) {
    return builds.computeIfAbsent(slot, _ -> OLD);
  }

  /** The highest language that people allow. */
  int language() {
    return upgrading && !raised ? 1 : Integer.MAX_VALUE;
  }

  /** People upgrade one process after the other, go back, and raise the language at the end. */
  void step(World world) {
    if (!upgrading) {
      return;
    }
    Chaos chaos = world.chaos;
    List<ReadingProcess> older = new ArrayList<>();
    List<ReadingProcess> newer = new ArrayList<>();
    for (ReadingProcess each : world.readers()) {
      (of(each.slot) == OLD ? older : newer).add(each);
    }
    if (!older.isEmpty() && chaos.strikes(Fault.ROLLED_OUT)) {
      install(NEW, chaos.pick(older));
    } else if (!raised && !newer.isEmpty() && chaos.strikes(Fault.ROLLED_BACK)) {
      install(OLD, chaos.pick(newer));
    } else if (!raised && older.isEmpty() && chaos.strikes(Fault.LANGUAGE_RAISED)) {
      raised = true;
      chaos.pick(world.replicas).die();
    } else if (raised && chaos.strikes(Fault.OLD_WRITER_AFTER_THE_RAISE)) {
      install(OLD, chaos.pick(world.replicas));
    }
  }

  private void install(int build, ReadingProcess where) {
    builds.put(where.slot, build);
    where.die();
  }

  /** Once the language is raised, older ones have no place any more. */
  void heal(World world) {
    if (raised) {
      for (ReadingProcess each : world.readers()) {
        if (each.build == OLD) {
          install(NEW, each);
        }
        builds.put(each.slot, NEW);
      }
    }
  }

  private static final class OldRules extends RulesAround {
    OldRules(Rules<Runs, RunCommand, RunEvent> rules) {
      super(rules);
    }

    @Override
    public Decision<RunEvent> decide(
        Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
      return command.body() instanceof RunCommand.CancelRun
          ? Decision.reject(Code.INVALID, "nobody knows how to do this")
          : super.decide(state, command, at, ids);
    }
  }
}
