package dev.millrace.datamanager.recovery;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Fold;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerRestart;
import dev.millrace.bus.ledger.LedgerRestart.Reason;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Standing;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The terms by which partitions go on after a loss. */
final class RestartTerms implements AutoCloseable {
  private static final int TRIES = 5;

  private final Recovery.Ports ports;
  private final String why;
  private final LedgerRestart<Configuration, ConfigEvent> config;
  private final LedgerRestart<Runs, RunEvent> runs;

  RestartTerms(Recovery.Ports ports, String why) {
    this.ports = ports;
    this.why = why;
    this.config = restart(Ledgers.CONFIG);
    this.runs = restart(Ledgers.RUNS);
  }

  private <S, E> LedgerRestart<S, E> restart(LedgerKind<S, ?, E> kind) {
    return new LedgerRestart<>(ports.bus(), kind, ports.instance(), ports.timing(), ports.ids());
  }

  /** Appends those of the configuration; returns where each partition begins whose log is lost. */
  Map<Integer, Checkpoint<Configuration>> config(List<Standing<Configuration>> standings) {
    Map<Integer, Checkpoint<Configuration>> begun = new HashMap<>();
    for (int p = 0; p < standings.size(); p++) {
      Standing<Configuration> standing = standings.get(p);
      if (!standing.isWhole()) {
        Checkpoint<Configuration> at =
            config.restart(p, standing.at().fold(), reason(Ledgers.CONFIG, p, standing));
        if (standing.ledgerLost() != null) {
          begun.put(p, at);
        }
      }
    }
    return begun;
  }

  /**
   * The same for runs.
   *
   * @param states that the partitions go on with
   */
  Map<Integer, Checkpoint<Runs>> runs(List<Standing<Runs>> standings, List<Runs> states) {
    Map<Integer, Checkpoint<Runs>> begun = new HashMap<>();
    for (int p = 0; p < standings.size(); p++) {
      Standing<Runs> standing = standings.get(p);
      if (!standing.isWhole()) {
        Fold<Runs> from = standing.at().fold().with(states.get(p));
        Checkpoint<Runs> at = runs.restart(p, from, reason(Ledgers.RUNS, p, standing));
        if (standing.ledgerLost() != null) {
          begun.put(p, at);
        }
      }
    }
    return begun;
  }

  private <S> Reason reason(LedgerKind<S, ?, ?> kind, int partition, Standing<S> standing) {
    return new Reason(
        epoch(kind.events().name(), partition, standing.at().fold().epoch()),
        why,
        standing.commandsLost() != null);
  }

  /** Above all that were given, by the ledger and by the coordination store. */
  private long epoch(String ledger, int partition, long last) {
    for (int i = 0; i < TRIES; i++) {
      long given = Awaited.of(ports.coordination().epoch(ledger, partition));
      long next = Math.max(given, last) + 1;
      if (Awaited.of(ports.coordination().raiseEpoch(ledger, partition, given, next))) {
        return next;
      }
    }
    throw new RecoveryException("somebody else is about to write %s".formatted(ledger), null);
  }

  @Override
  public void close() {
    config.close();
    runs.close();
  }
}
