package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.BrokenPieces;
import dev.millrace.bus.ledger.BrokenPieces.Breach;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.util.function.Supplier;

/** Ledger protocols that are broken in one place each. */
final class Mutations {
  private Mutations() {}

  /** One piece is broken. */
  static final class OfPieces extends Mutation {
    private final Breach breach;

    OfPieces(Breach breach) {
      this.breach = breach;
    }

    @Override
    BrokenPieces<Runs, RunCommand, RunEvent> pieces(Decoded decoded) {
      return new BrokenPieces<>(breach, decoded);
    }

    @Override
    Supplier<String> ids(Supplier<String> deployed) {
      return breach == Breach.ONE_EPOCH_TWICE || breach == Breach.ONE_EPOCH_TWICE_WITH_N
          ? () -> "t"
          : deployed;
    }

    // Some pieces count only then.
    @Override
    Odds odds() {
      return switch (breach) {
        case NO_OVERLAP_OF_COMMANDS, NO_OVERLAP_OF_THE_LEDGER -> Odds.USUAL.withPowerLosses();
        case UNKNOWN_TYPE_IGNORED -> Odds.USUAL.withUpgrades();
        default -> Odds.USUAL;
      };
    }
  }

  /** Nobody hears of failed appends, nor misses records. */
  static final class FailureIgnored extends Mutation {
    @Override
    LedgerSettings settings(LedgerSettings d) {
      return with(d, Duration.ofDays(1), d.triers());
    }

    @Override
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof Replica) {
        process.bus.hideFailures();
      }
    }
  }

  /** Commands that end processes are tried for ever. */
  static final class NoTrying extends Mutation {
    @Override
    LedgerSettings settings(LedgerSettings d) {
      return with(d, d.patience(), Integer.MAX_VALUE);
    }
  }

  private static LedgerSettings with(LedgerSettings d, Duration patience, int triers) {
    return new LedgerSettings(
        d.remembered(),
        d.unread(),
        d.commands(),
        d.waiting(),
        d.commandBytes(),
        d.decisionBytes(),
        patience,
        d.backOff(),
        d.future(),
        triers,
        d.language());
  }

  /** What cannot be read is passed over. */
  static final class NoRecordForPoison extends Mutation {
    @Override
    void prepare(World world, SimulatedProcess process) {
      process.bus.passOver(
          record -> {
            try {
              return record.source().topic().equals(Topics.RUN_COMMANDS.name())
                  && Ledgers.RUNS.commandCodec().read(record.value()) == null;
            } catch (UnreadableException _) {
              return true;
            }
          });
    }
  }

  /** New events are written before the language is raised. */
  static final class WrittenBeforeTheRaise extends Mutation {
    private static final LedgerKind<Runs, RunCommand, RunEvent> HASTY =
        Builds.kind(Builds.NEW, true, 1);

    @Override
    LedgerKind<Runs, RunCommand, RunEvent> kind(LedgerKind<Runs, RunCommand, RunEvent> deployed) {
      return deployed.language() == Builds.NEW ? HASTY : deployed;
    }

    @Override
    Odds odds() {
      return Odds.USUAL.withUpgrades();
    }
  }
}
