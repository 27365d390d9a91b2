package dev.millrace.datamanager;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.StepLoop;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.recovery.Continuity;
import dev.millrace.datamanager.recovery.NamedManifest;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.http.Endpoint;
import dev.millrace.http.Endpoint.Listening;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Archives runs that have ended and logs, dumps the index of runs, makes checkpoints of the
 * ledgers, and deletes from Kafka what nobody needs any more. Any number may be deployed; one of
 * them works. Lifecycle only.
 */
public final class DataManagerVerticle extends VerticleBase {
  private static final Duration LATER = Duration.ofMillis(200);

  private final Config config;
  private final Serving serving;
  private final Ports ports;
  private @Nullable DataManager manager;
  private final List<StepLoop> loops = new ArrayList<>();
  private @Nullable Listening server;

  /**
   * What is chosen.
   *
   * @param instance names this life of this process
   * @param scratch a folder of its own for files on their way to the store
   * @param runs how many ended runs are archived together, unless the first of them has waited
   * @param age for so long
   * @param logBytes how many bytes of output of steps are archived together, unless the first of
   *     them have waited for as long
   * @param checkpointEvery how often a checkpoint is made, if anything has happened; the first of a
   *     life comes after a fifth of that
   * @param dumpEvery how often the index of runs is dumped, if any were archived
   */
  public record Config(
      String instance,
      Path scratch,
      int runs,
      Duration age,
      long logBytes,
      Duration checkpointEvery,
      Duration dumpEvery,
      Retention retention) {
    private static final long LOG_BYTES = 16 << 20;

    /** Archives 500 runs or 16 MiB of logs at a time, or what there is after a minute. */
    public static Config standard(
        String instance,
        Path scratch,
        Duration checkpointEvery,
        Duration dumpEvery,
        Retention retention) {
      return new Config(
          instance,
          scratch,
          500,
          Duration.ofMinutes(1),
          LOG_BYTES,
          checkpointEvery,
          dumpEvery,
          retention);
    }
  }

  /**
   * What it works with; it closes none of it.
   *
   * @param ids makes short random ids
   * @param meters show what is measured
   */
  public record Ports(
      Bus bus,
      ObjectStore objects,
      CoordinationStore coordination,
      Timing timing,
      Supplier<String> ids,
      MeterRegistry meters,
      FaultHandler faults) {}

  /**
   * How it is asked.
   *
   * @param endpoint where
   * @param internalToken what callers have to show
   * @param extras belong into an export beside what the object storage has
   */
  public record Serving(Endpoint endpoint, String internalToken, Extras extras) {
    @Override
    public String toString() {
      return "Serving[]"; // without the token
    }
  }

  public DataManagerVerticle(Config config, Serving serving, Ports ports) {
    this.config = config;
    this.serving = serving;
    this.ports = ports;
  }

  /** Completes once it knows where the archive stands, and its interface takes connections. */
  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(this::open, false)
        .compose(
            opened ->
                serving
                    .endpoint()
                    .open(
                        new DataManagerApi(opened).http(serving.internalToken(), ports.meters()),
                        vertx))
        .onSuccess(listening -> server = listening);
  }

  private DataManager open() {
    Continuity.require(
        ports.bus(), NamedManifest.all(ports.objects(), ports.coordination(), ports.ids()));
    // Nobody waits for what is archived, and a read of the ledger costs the same for few records.
    var opened = new DataManager(config, serving.extras(), ports, ports.bus().paced(LATER));
    manager = opened;
    loops.add(new StepLoop("datamanager", opened::step, ports.faults()));
    loops.add(new StepLoop("log-keeper", opened.logs()::step, ports.faults()));
    loops.forEach(StepLoop::start);
    return opened;
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
          if (server != null) {
            server.close();
          }
          loops.forEach(StepLoop::close);
          if (manager != null) {
            manager.close();
          }
          return null;
        },
        false);
  }
}
