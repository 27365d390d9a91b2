package dev.millrace.bus.ledger;

import dev.millrace.events.CommandCodec;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.ConfigEvolve;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.ConfigurationSnapshot;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.RunsSnapshot;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;

/** The two ledgers that are the truth. */
public final class Ledgers {
  /**
   * What is known of runs that have not ended; a root group's are in one partition. Who needs a run
   * that ends hears of it, as it was at its end, with the decision that ended it.
   */
  public static final LedgerKind<Runs, RunCommand, RunEvent> RUNS =
      new LedgerKind<>(
          Topics.RUN_COMMANDS,
          Topics.RUN_EVENTS,
          new CommandCodec<>(RunCatalog.COMMANDS),
          new LedgerCodec<>(RunCatalog.EVENTS),
          command -> command.root().toString(),
          command -> command instanceof RunCommand.CreateRuns,
          RunCatalog.LANGUAGE,
          new RunMeaning(),
          new RunStates());

  /** What is configured. It has one partition, as names are unique over everything. */
  public static final LedgerKind<Configuration, ConfigCommand, ConfigEvent> CONFIG =
      new LedgerKind<>(
          Topics.CONFIG_COMMANDS,
          Topics.CONFIG_EVENTS,
          new CommandCodec<>(ConfigCatalog.COMMANDS),
          new LedgerCodec<>(ConfigCatalog.EVENTS),
          _ -> "config",
          command ->
              switch (command) {
                case ConfigCommand.CreateUser _,
                    ConfigCommand.CreateToken _,
                    ConfigCommand.CreateProject _ ->
                    true;
                case ConfigCommand.DeleteUser _,
                    ConfigCommand.DeleteToken _,
                    ConfigCommand.DeleteProject _ ->
                    false;
              },
          ConfigCatalog.LANGUAGE,
          new ConfigMeaning(),
          new ConfigStates());

  private Ledgers() {}

  private static final class RunStates implements StateCodec<Runs> {
    @Override
    public Stream<byte[]> write(Runs state) {
      return RunsSnapshot.write(state);
    }

    @Override
    public Runs read(Iterator<byte[]> parts) {
      return RunsSnapshot.read(parts);
    }
  }

  private static final class ConfigStates implements StateCodec<Configuration> {
    @Override
    public Stream<byte[]> write(Configuration state) {
      return Stream.of(ConfigurationSnapshot.write(state));
    }

    @Override
    public Configuration read(Iterator<byte[]> parts) {
      if (!parts.hasNext()) {
        throw new UnreadableException("the configuration is missing", null);
      }
      return ConfigurationSnapshot.read(parts.next());
    }
  }

  private static final class RunMeaning implements Meaning<Runs, RunEvent> {
    @Override
    public Runs empty() {
      return Runs.EMPTY;
    }

    @Override
    public Runs evolve(Runs state, Instant at, RunEvent event) {
      return RunEvolve.evolve(state, at, event);
    }

    @Override
    public Runs freeze(Runs state, RunEvent event, String why) {
      return RunEvolve.freeze(state, event, why);
    }

    @Override
    public Runs kept(Runs state, RunEvent event) {
      return RunEvolve.forgetEnded(state, event);
    }
  }

  private static final class ConfigMeaning implements Meaning<Configuration, ConfigEvent> {
    @Override
    public Configuration empty() {
      return Configuration.EMPTY;
    }

    @Override
    public Configuration evolve(Configuration state, Instant at, ConfigEvent event) {
      return ConfigEvolve.evolve(state, at, event);
    }

    @Override
    public Configuration freeze(Configuration state, ConfigEvent event, String why) {
      return ConfigEvolve.freeze(state, event, why);
    }
  }
}
