package dev.millrace.configstore;

import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.IntakeRules;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerMeters;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.configstore.core.ConfigRules;
import dev.millrace.configstore.core.NoEffects;
import dev.millrace.events.Actor;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.Endpoint.Listening;
import dev.millrace.http.HttpApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lifecycle only: decides configuration, and serves it once it has read what there is. */
public final class ConfigStoreVerticle extends VerticleBase {
  private final LedgerAuthority<Configuration, ConfigCommand, ConfigEvent> authority;
  private final Bootstrap bootstrap;
  private final HttpApi api;
  private final ConfigStoreConfig config;
  private @Nullable Listening server;

  /**
   * A configstore that does nothing before it is deployed.
   *
   * @param instance names this life of this process, never used before
   * @param ids makes short random texts
   * @param intake whether anything new is taken from people
   * @param starts where it begins to read the ledger
   * @param meters show what is measured
   * @param random makes {@link Tokens#BYTES} bytes that nobody can guess
   */
  public ConfigStoreVerticle(
      Bus bus,
      Coordination coordination,
      String instance,
      Timing timing,
      Supplier<String> ids,
      Supplier<byte[]> random,
      FaultHandler faults,
      Intake intake,
      Starts<Configuration> starts,
      MeterRegistry meters,
      ConfigStoreConfig config) {
    this.config = config;
    this.authority =
        new LedgerAuthority<>(
            new LedgerAuthority.Ports<>(
                bus,
                Ledgers.CONFIG,
                new IntakeRules<>(
                    new ConfigRules(),
                    intake,
                    command -> command.actor().kind() == Actor.Kind.user),
                new NoEffects(),
                coordination,
                instance,
                timing,
                ids,
                faults,
                starts),
            LedgerSettings.DEFAULT);
    this.bootstrap = new Bootstrap(authority, authority, timing.wall(), config.patience());
    this.api =
        new ConfigRoutes(
                authority,
                authority,
                () -> bus.extent(new TopicPartition(Ledgers.CONFIG.events().name(), 0)),
                timing.wall(),
                ids,
                random,
                config.patience())
            .api(config.secret(), meters);
    LedgerMeters.ofReader(meters, bus, Ledgers.CONFIG, "configstore", authority);
    LedgerMeters.ofWriter(meters, Ledgers.CONFIG, authority);
  }

  /** The port it listens on, once it is deployed. */
  public int port() {
    Listening serving = server;
    if (serving == null) {
      throw new IllegalStateException("the configstore does not listen yet");
    }
    return serving.port();
  }

  /** Lets the first administrator in; for use once the configstore is deployed. */
  public Bootstrap bootstrap() {
    return bootstrap;
  }

  @Override
  public Future<?> start() {
    authority.start();
    return Future.fromCompletionStage(authority.caughtUp(), context)
        .compose(_ -> config.endpoint().open(api, vertx))
        .onSuccess(serving -> server = serving);
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          Listening serving = server;
          if (serving != null) {
            serving.close();
          }
          authority.close();
          return null;
        },
        false);
  }
}
