package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.settings.Role;
import dev.millrace.scheduler.SchedulerVerticle;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.PosixObjectStore;
import dev.millrace.storage.objects.S3ObjectStore;
import dev.millrace.storage.objects.S3Settings;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scheduler or an executor in a process of its own, beside a server of the same machine. */
public final class BesideProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BesideProcess.class);

  private final Vertx vertx;
  private final Bus bus;
  private @Nullable ObjectStore objects;
  private final Deque<AutoCloseable> registered = new ArrayDeque<>();

  private BesideProcess(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /**
   * Starts the role; returns once it works.
   *
   * @param options its data directory is that of the server; the driver and slots are for an
   *     executor
   * @param name of an executor among those of this machine: it keeps its id and work under it
   * @param etcd where it says that it is there; empty: nowhere, as the files of the server are its
   *     own
   */
  public static BesideProcess start(
      Role role, ServerOptions options, String name, Optional<EtcdSettings> etcd)
      throws StartException {
    var connection =
        Connection.of(options.dataDirectory())
            .orElseThrow(
                () ->
                    new StartException(
                        "no server runs on %s: start one with `millrace up`"
                            .formatted(options.dataDirectory())));
    checkFormat(options.dataDirectory());
    var random = new Randomness();
    var faults = new Faults();
    var timing = Timing.system();
    var meters = new CompositeMeterRegistry(); // nobody asks a process that has no interface
    var bus =
        new KafkaBus(
            new KafkaSettings(
                connection.kafka(),
                new Credentials(connection.kafkaUser(), connection.kafkaPassword()),
                1));
    var process = new BesideProcess(Vertx.vertx(), bus);
    try {
      process.deploy(
          switch (role) {
            case SCHEDULER ->
                new SchedulerVerticle(
                    bus,
                    timing,
                    random.ids(),
                    faults,
                    Patience.DEFAULT,
                    process
                        .checkpoints(connection, options.dataDirectory(), random)
                        .newest(Ledgers.RUNS),
                    meters,
                    Traces.OFF);
            case EXECUTOR -> {
              Path work = options.dataDirectory().resolve("executors").resolve(name);
              DataDirectory.makePrivate(work);
              yield new HostExecutor(
                      options.executor(), bus, timing, random, meters, Traces.OFF, faults)
                  .verticle(
                      work,
                      name,
                      HostExecutor.hidden(options.dataDirectory()),
                      connection.url(),
                      new HttpCaller(
                          connection.runservice(), connection.internalToken(), process.vertx));
            }
            case GATEWAY, CONFIGSTORE, RUNSERVICE, DATAMANAGER ->
                throw new StartException(
                    "beside `millrace up` run only scheduler and executor; the %s needs --config"
                        .formatted(role.word()));
          });
      if (etcd.isPresent()) {
        process.register(etcd.get(), role, random, timing);
      }
      return process;
    } catch (IOException e) {
      process.close();
      throw new StartException(
          "cannot use " + options.dataDirectory() + ": " + DataDirectory.why(e), e);
    } catch (StorageException e) {
      process.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (StartException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private void register(EtcdSettings etcd, Role role, Randomness random, Timing timing) {
    CoordinationStore store = EtcdCoordinationStore.open(etcd, System::nanoTime);
    registered.push(store);
    registered.push(
        new Registry(store)
            .register(
                Processes.instance(
                    role.word() + "-" + random.ids().get(),
                    timing.wall().instant(),
                    List.of(new Part(role.word(), "")))));
  }

  private static void checkFormat(Path dataDirectory) throws StartException {
    try {
      Formats.check(dataDirectory);
    } catch (IOException e) {
      throw new StartException("cannot use " + dataDirectory + ": " + DataDirectory.why(e), e);
    }
  }

  /** Those of the server. */
  private Checkpoints checkpoints(Connection server, Path data, Randomness random)
      throws IOException {
    S3Settings bucket = server.bucket();
    var opened =
        bucket == null
            ? PosixObjectStore.open(data.resolve("objects"), Clock.systemUTC(), random.ids())
            : S3ObjectStore.open(bucket, random.ids());
    objects = opened;
    // What the coordination store says follows from the objects.
    return LedgerCheckpoints.open(
        opened, new MemoryCoordinationStore(System::nanoTime), random.ids());
  }

  private void deploy(Deployable verticle) throws StartException {
    try {
      vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting", e);
    } catch (ExecutionException e) {
      throw new StartException(StartException.why(e), e);
    }
  }

  @Override
  public void close() {
    while (!registered.isEmpty()) {
      try {
        registered.pop().close();
      } catch (Exception e) {
        log.warn("what others hold to be here goes by itself", e);
      }
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
    bus.close();
    if (objects != null) {
      objects.close();
    }
  }
}
