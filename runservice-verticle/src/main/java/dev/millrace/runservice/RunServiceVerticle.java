package dev.millrace.runservice;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.IntakeRules;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerMeters;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.http.Endpoint;
import dev.millrace.http.Endpoint.Listening;
import dev.millrace.runservice.core.NewWork;
import dev.millrace.runservice.core.RunEffects;
import dev.millrace.runservice.core.RunRules;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.StoredLogs;
import dev.millrace.runservice.stored.Handover;
import dev.millrace.runservice.stored.StoredRuns;
import dev.millrace.runservice.traces.RunTraces;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the run authority: folds the ledger of runs, writes the partitions that it should,
 * and serves the internal interface, also of runs that are archived. Lifecycle only.
 */
public final class RunServiceVerticle extends VerticleBase {
  private final Config config;
  private final Ports ports;
  private @Nullable LedgerAuthority<Runs, RunCommand, RunEvent> authority;
  private @Nullable RunServiceApi api;
  private @Nullable StoredRuns stored;
  private @Nullable Handover handover;
  private volatile @Nullable RunFeed feed;
  private @Nullable Listening server;

  /**
   * What is chosen for a replica.
   *
   * @param instance names this life of this process
   * @param endpoint where the internal interface is
   * @param index a folder of its own for the index of runs
   */
  public record Config(
      String instance, Endpoint endpoint, Path index, RunServiceApi.Settings api) {}

  /**
   * What a replica works with; it closes none of it.
   *
   * @param coordination says who writes
   * @param objects where the archive is
   * @param store where it is told what of that counts
   * @param checkpoints where it begins to read the ledger
   * @param intake whether anything new is taken
   * @param ids makes short random ids
   * @param meters show what is measured
   * @param traces take what is decided
   */
  public record Ports(
      Bus bus,
      Coordination coordination,
      ObjectStore objects,
      CoordinationStore store,
      Checkpoints checkpoints,
      Intake intake,
      Timing timing,
      Supplier<String> ids,
      MeterRegistry meters,
      Traces traces,
      FaultHandler faults) {}

  public RunServiceVerticle(Config config, Ports ports) {
    this.config = config;
    this.ports = ports;
  }

  /**
   * Completes once all has been read that was there. The interface takes connections before, and
   * tells so: nobody is told that there is no such run because it has not been read yet.
   */
  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(this::open, false)
        .compose(opened -> config.endpoint().open(opened.http(), vertx))
        .onSuccess(listening -> server = listening)
        .compose(_ -> Future.fromCompletionStage(authority().caughtUp(), context));
  }

  private LedgerAuthority<Runs, RunCommand, RunEvent> authority() {
    return Objects.requireNonNull(authority);
  }

  private RunServiceApi open() {
    var archive = RunArchive.open(ports.objects(), ports.store(), ports.ids());
    int partitions = ports.bus().partitions(Ledgers.RUNS.events().name());
    var dumps = IndexDumps.open(ports.objects(), ports.store(), ports.ids());
    var runs = StoredRuns.open(archive, dumps, config.index(), partitions);
    stored = runs;
    var traces = new RunTraces(ports.traces(), ports.timing().wall());
    var folding =
        new LedgerAuthority<>(
            new LedgerAuthority.Ports<>(
                ports.bus(),
                Ledgers.RUNS,
                traces.noting(
                    new IntakeRules<>(
                        new RunRules(),
                        Intake.all(List.of(ports.intake(), this::backlog)),
                        NewWork::isNew)),
                new RunEffects(),
                ports.coordination(),
                config.instance(),
                ports.timing(),
                ports.ids(),
                ports.faults(),
                runs.starts(ports.checkpoints())),
            LedgerSettings.DEFAULT);
    authority = folding;
    var feed = new RunFeed(folding, runs);
    this.feed = feed;
    measure(folding, feed);
    traces.tell(folding, folding::writes);
    var handing = new Handover(feed, runs, ports.store());
    handover = handing;
    var opened =
        new RunServiceApi(
            config.api(),
            ports.bus(),
            feed,
            runs,
            new StoredLogs(
                LogArchive.open(ports.objects(), ports.store(), ports.ids()), ports.store()),
            folding,
            new Health(config.instance(), folding),
            ports.timing().wall(),
            ports.ids(),
            ports.meters());
    api = opened;
    folding.start();
    opened.start();
    handing.start();
    return opened;
  }

  private void measure(LedgerAuthority<Runs, RunCommand, RunEvent> folding, RunFeed of) {
    LedgerMeters.ofReader(ports.meters(), ports.bus(), Ledgers.RUNS, "runservice", folding);
    LedgerMeters.ofWriter(ports.meters(), Ledgers.RUNS, folding);
    Gauge.builder("millrace.runs.active", of, RunFeed::active)
        .description("Runs that have not ended")
        .register(ports.meters());
    Gauge.builder("millrace.runs.unarchived", of, RunFeed::unarchived)
        .description("Runs that have ended and are not archived yet")
        .register(ports.meters());
  }

  /** As {@link RunFeed#refusal}: nothing new is decided here, nor should it be recorded. */
  public Optional<Rejected> backlog() {
    RunFeed feeding = feed;
    return feeding == null ? Optional.empty() : feeding.refusal();
  }

  /** The port of the internal interface, once started. */
  public int port() {
    Listening listening = server;
    if (listening == null) {
      throw new IllegalStateException("not started");
    }
    return listening.port();
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          close(server);
          close(handover);
          close(api);
          close(authority);
          close(stored);
          return null;
        },
        false);
  }

  private static void close(@Nullable AutoCloseable closeable) throws Exception {
    if (closeable != null) {
      closeable.close();
    }
  }
}
