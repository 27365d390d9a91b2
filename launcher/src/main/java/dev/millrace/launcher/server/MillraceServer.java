package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Server;
import dev.millrace.http.UnreachableException;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.traces.Telemetry;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.S3Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Millrace in one process: broker, coordination, and every role that was not left out. The roles
 * share configuration only and talk over Kafka and loopback HTTP.
 */
public final class MillraceServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MillraceServer.class);

  private static final String LOOPBACK = "127.0.0.1";
  private static final long LOOK_MILLIS = 10;

  private final Opened opened = new Opened();
  private final List<String> notices = new ArrayList<>();
  private final FutureTask<Vertx> vertx = early(MillraceServer::newVertx);
  private final DataDirectory data;
  private final URI uri;
  private Optional<KafkaAccess> kafkaAccess = Optional.empty();
  private Optional<String> firstToken = Optional.empty();
  private @Nullable URI metrics;

  private MillraceServer(DataDirectory data, URI uri) throws StartException {
    this.data = data;
    this.uri = uri;
    keep(() -> vertx.get().close().toCompletionStage().toCompletableFuture().join());
  }

  /**
   * Starts everything and returns once the public interface takes connections. What was started is
   * ended again if something cannot be.
   *
   * @param decorate what the parts are given instead of the bus; tests come in between here
   */
  public static MillraceServer start(ServerOptions options, UnaryOperator<Bus> decorate)
      throws StartException {
    var data = DataDirectory.take(options.dataDirectory());
    if (Unfinished.isImport(data.root())) {
      Opened.closeQuietly(data);
      throw new StartException(Unfinished.SENTENCE.formatted(data.root()));
    }
    MillraceServer server = null;
    try {
      int port = port(options);
      server = new MillraceServer(data, URI.create("http://" + shown(options.host()) + ":" + port));
      server.open(options, port, decorate);
      return server;
    } catch (StartException | RuntimeException | Error e) {
      if (server != null) {
        server.close();
      } else {
        Opened.closeQuietly(data);
      }
      throw e;
    }
  }

  private void open(ServerOptions options, int port, UnaryOperator<Bus> decorate)
      throws StartException {
    var random = new Randomness();
    try {
      var secrets = Secrets.of(data, random);
      var directory = data.directory("repositories");
      var repositories = early(() -> new HostedRepositories(directory));
      var broker = keep(Broker.start(data, options.kafkaListen(), random));
      kafkaAccess = broker.access();
      var bus = keep(decorate.apply(broker.bus()));
      String instance = "up-" + random.ids().get();
      var store = keep(Stores.coordination(options, data));
      var coordination = keep(coordination(store, instance, bus, options));
      var meters = keep(new Meters());
      var telemetry = keep(Telemetry.of(options.traces(), instance, meters.registry()));
      var objects =
          keep(new MeteredObjects(Stores.objects(options, data, random), meters.registry()));
      Formats.bringUpToDate(Stores.objectsName(options, data), objects, store, instance);
      var maintenance = keep(new MaintenanceFlag(store));
      var commons =
          new Commons(
              instance,
              bus,
              made(vertx),
              Timing.system(),
              random,
              new Registry(store),
              meters.registry(),
              telemetry.traces(),
              new Faults());
      var kept =
          new Kept(
              coordination,
              new Storage(objects, store),
              LedgerCheckpoints.open(objects, store, random.ids()),
              maintenance,
              Intake.all(List.of(maintenance, DiskSpace.of(data.root(), options.minFree()))));
      var roles = keep(new Roles(data, options, secrets, commons, kept));
      roles.openIndependent(new RepositoryBundles(made(repositories)));
      firstToken = roles.ensureAdministrator();
      connection(roles, broker, secrets, options).writeTo(data);
      roles.openCallers(uri, port, made(repositories), notices::add);
      var measured = meters.addTo(new HttpApi("metrics"));
      metrics =
          URI.create(
              "http://%s:%d/metrics"
                  .formatted(LOOPBACK, keep(listen(measured, data.port("metrics"))).port()));
    } catch (IOException e) {
      throw new StartException("cannot use " + data.root() + ": " + DataDirectory.why(e), e);
    } catch (UncheckedIOException | StorageException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static LedgerCoordination coordination(
      CoordinationStore store, String instance, Bus bus, ServerOptions options) {
    // Nobody else can have the files of a data directory, so nobody waits for this process there.
    Duration ttl = options.etcd().isPresent() ? LedgerCoordination.TTL : Duration.ofSeconds(10);
    return new LedgerCoordination(
        store,
        instance,
        LedgerCoordination.partitions(bus, EnumSet.of(Role.CONFIGSTORE, Role.RUNSERVICE)),
        ttl,
        () -> true); // its Kafka is its own
  }

  private Connection connection(
      Roles roles, Broker broker, Secrets secrets, ServerOptions options) {
    return new Connection(
        ProcessHandle.current().pid(),
        uri,
        roles.runservice(),
        roles.configstore(),
        roles.datamanager(),
        broker.clients().bootstrap(),
        broker.owner().user(),
        broker.owner().password(),
        secrets.internalToken(),
        options.s3().map(S3Settings::withoutKeys).orElse(null));
  }

  private static Vertx newVertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors())));
  }

  // What needs no broker is made while that starts.
  private static <T> FutureTask<T> early(Callable<T> part) {
    var task = new FutureTask<>(part);
    Thread.ofPlatform().daemon().name("start").start(task);
    return task;
  }

  private static <T> T made(FutureTask<T> part) throws IOException, StartException {
    try {
      return part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new StartException("cannot start: " + e.getCause(), e);
    }
  }

  private <T extends AutoCloseable> T keep(T part) throws StartException {
    return opened.keep(part);
  }

  // Asked before anything is started: a port that is taken should not cost a start of the broker.
  private static int port(ServerOptions options) throws StartException {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(options.host(), options.port()));
      return socket.getLocalPort();
    } catch (IOException e) {
      if (options.portMayMove() && options.port() != 0) {
        return port(options.onAnyPort());
      }
      throw new StartException(
          "cannot listen on %s:%d (%s); choose another port with --port"
              .formatted(options.host(), options.port(), e.getMessage()),
          e);
    }
  }

  private static String shown(String host) {
    return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
  }

  /**
   * Waits until it answers that it is ready, or that it is but for room on the disk.
   *
   * @throws StartException if it is not by then
   */
  public void awaitReady(Duration patience) throws StartException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (var caller = new HttpCaller(uri, null, vertx.resultNow())) {
      while (!isUp(caller)) {
        if (System.nanoTime() > deadline) {
          throw new StartException("not ready within " + patience + "; the log says why");
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (UnreachableException e) {
      throw new StartException("the public interface does not answer: " + e.getMessage(), e);
    }
  }

  private boolean isUp(HttpCaller caller) {
    try {
      caller.call("GET", "/readyz").send();
      return true;
    } catch (ProblemException e) {
      boolean full = e.problem().code().equals("no-space");
      if (full) {
        notices.add(e.problem().message());
      }
      return full;
    }
  }

  /** Where the public interface is. */
  public URI uri() {
    return uri;
  }

  /** How programs outside reach the broker, if they were let in. */
  public Optional<KafkaAccess> kafkaAccess() {
    return kafkaAccess;
  }

  private Server listen(HttpApi api, int port) throws IOException, StartException {
    return api.listen(made(vertx), LOOPBACK, port);
  }

  /** Where Prometheus finds what is measured. */
  public URI metrics() {
    return Objects.requireNonNull(metrics);
  }

  /** The administrator's token, until {@link #firstTokenTold}; empty if it was told before. */
  public Optional<String> firstToken() {
    return firstToken;
  }

  /** The administrator has the token now: it is kept here no longer. */
  public void firstTokenTold() throws IOException {
    Secrets.forgetAdministratorToken(data);
    firstToken = Optional.empty();
  }

  /** Lines that the person who started it should read. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** Ends every part, the one that was started last first. */
  @Override
  public void close() {
    opened.close();
    try {
      data.remove(Connection.FILE);
    } catch (IOException e) {
      log.warn("cannot remove {}", Connection.FILE, e);
    }
    Opened.closeQuietly(data);
  }
}
