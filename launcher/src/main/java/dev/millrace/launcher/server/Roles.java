package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.configstore.ConfigStoreConfig;
import dev.millrace.configstore.ConfigStoreVerticle;
import dev.millrace.configstore.Tokens;
import dev.millrace.datamanager.DataManagerVerticle;
import dev.millrace.datamanager.checkpoints.DeliveryCheckpoints;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.DeliveryStarts;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayVerticle;
import dev.millrace.gateway.Instances.Instance;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.launcher.Version;
import dev.millrace.pipeline.PipelineConfig;
import dev.millrace.pipeline.jsonnet.JsonnetChild;
import dev.millrace.pipeline.jsonnet.JsonnetLimits;
import dev.millrace.runservice.RunServiceApi;
import dev.millrace.runservice.RunServiceVerticle;
import dev.millrace.scheduler.SchedulerVerticle;
import dev.millrace.scheduler.core.Patience;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every role of one process, over one bus. */
final class Roles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Roles.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PLANS_AT_ONCE = 4;
  private static final Duration DEPLOYED_WITHIN = Duration.ofMinutes(2);
  private static final Duration UNDEPLOYED_WITHIN = Duration.ofSeconds(30);

  private final DataDirectory data;
  private final ServerOptions options;
  private final Secrets secrets;
  private final Bus bus;
  private final Vertx vertx;
  private final Randomness random;
  private final FaultHandler faults;
  private final Timing timing = Timing.system();
  private final String instance;
  private final Coordination coordination;
  private final Storage storage;
  private final LedgerCheckpoints checkpoints;
  private final MaintenanceFlag maintenance;
  private final Intake intake;
  private final Registry registry;
  private final Deque<Deployment> deployed = new ArrayDeque<>();
  private @Nullable ConfigStoreVerticle configstore;
  private @Nullable RunServiceVerticle runservice;
  private @Nullable KeptLease registration;
  private @Nullable DataManagerVerticle datamanager;

  Roles(
      DataDirectory data,
      ServerOptions options,
      Secrets secrets,
      Bus bus,
      Vertx vertx,
      Randomness random,
      String instance,
      Coordination coordination,
      Storage storage,
      FaultHandler faults)
      throws IOException {
    this.data = data;
    this.options = options;
    this.secrets = secrets;
    this.bus = bus;
    this.vertx = vertx;
    this.random = random;
    this.coordination = coordination;
    this.storage = storage;
    this.faults = faults;
    this.instance = instance;
    this.checkpoints =
        LedgerCheckpoints.open(storage.objects(), storage.coordination(), random.ids());
    this.maintenance = new MaintenanceFlag(storage.coordination());
    this.intake = Intake.all(List.of(maintenance, DiskSpace.of(data.root(), options.minFree())));
    this.registry = new Registry(storage.coordination());
  }

  /**
   * The roles that call no other: the authorities, the datamanager and the scheduler. Returns once
   * all but the scheduler take calls.
   *
   * @param extras belong into an export
   */
  void openIndependent(Extras extras) throws IOException, StartException {
    var config =
        new ConfigStoreVerticle(
            bus,
            coordination,
            instance,
            timing,
            random.ids(),
            () -> random.bytes(Tokens.BYTES),
            faults,
            intake,
            checkpoints.newest(Ledgers.CONFIG),
            new ConfigStoreConfig(
                LOOPBACK, data.port("configstore"), secrets.internalToken(), PATIENCE));
    var runs =
        new RunServiceVerticle(
            new RunServiceVerticle.Config(
                instance,
                LOOPBACK,
                data.port("runservice"),
                data.directory("index"),
                new RunServiceApi.Settings(secrets.internalToken(), secrets.tokenKey(), PATIENCE)),
            new RunServiceVerticle.Ports(
                bus,
                coordination,
                storage.objects(),
                storage.coordination(),
                checkpoints,
                intake,
                timing,
                random.ids(),
                faults));
    var first = deploy(config, "configstore");
    var second = deploy(runs, "runservice");
    var keeping = newDataManager(extras);
    var third = deploy(keeping, "datamanager");
    if (!options.without().contains(Role.SCHEDULER)) {
      deploy(
          new SchedulerVerticle(
              bus,
              timing,
              random.ids(),
              faults,
              Patience.DEFAULT,
              checkpoints.newest(Ledgers.RUNS)),
          "scheduler");
    }
    first.await();
    second.await();
    third.await();
    datamanager = keeping;
    configstore = config;
    runservice = runs;
  }

  /** The token of the first administrator, if it has not been told yet. */
  Optional<String> ensureAdministrator() throws IOException, StartException {
    String token = Secrets.administratorToken(data, Tokens.of(random.bytes(Tokens.BYTES)));
    try {
      if (Objects.requireNonNull(configstore).bootstrap().ensureAdministrator(token)) {
        return Optional.of(token);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting", e);
    }
    Secrets.forgetAdministratorToken(data);
    return Optional.empty();
  }

  URI runservice() {
    return URI.create(
        "http://%s:%d/internal/v1".formatted(LOOPBACK, Objects.requireNonNull(runservice).port()));
  }

  URI configstore() {
    return URI.create(
        "http://%s:%d/internal/v1".formatted(LOOPBACK, Objects.requireNonNull(configstore).port()));
  }

  URI datamanager() {
    return URI.create(
        "http://%s:%d/internal/v1".formatted(LOOPBACK, Objects.requireNonNull(datamanager).port()));
  }

  private Deployment deploy(Deployable verticle, String role) {
    var deployment =
        new Deployment(
            role, vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture());
    deployed.push(deployment);
    return deployment;
  }

  private record Deployment(String role, CompletableFuture<String> id) {

    void await() throws StartException {
      try {
        id.get(DEPLOYED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while starting the " + role, e);
      } catch (ExecutionException e) {
        throw new StartException(
            "the %s does not start: %s".formatted(role, StartException.why(e)), e);
      } catch (TimeoutException e) {
        throw new StartException(
            "the %s did not start within %s".formatted(role, DEPLOYED_WITHIN), e);
      }
    }

    void end(Vertx vertx) throws InterruptedException, ExecutionException, TimeoutException {
      if (!id.isCompletedExceptionally()) {
        id.thenCompose(text -> vertx.undeploy(text).toCompletionStage())
            .get(UNDEPLOYED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Ends one role after the other, the one that was deployed last first: an executor that leaves
   * tells what became of its tasks, and somebody has to be there to decide it.
   */
  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    endRoles();
    maintenance.close();
  }

  private void endRoles() {
    while (!deployed.isEmpty()) {
      try {
        deployed.pop().end(vertx);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return; // what is left ends with the Vert.x
      } catch (ExecutionException | TimeoutException e) {
        log.warn("a role did not end cleanly", e);
      }
    }
  }

  /**
   * Whoever calls the authorities: returns once all roles work and the public interface takes
   * connections.
   */
  void openCallers(URI gateway, int port, HostedRepositories repositories, Consumer<String> notices)
      throws IOException, StartException {
    if (!options.without().contains(Role.EXECUTOR)) {
      deploy(executor(gateway), "executor");
      if (options.driver().equals("host-plain")) {
        notices.accept("Steps run as plain processes with all rights of this user, as asked.");
      }
    }
    deploy(new GatewayVerticle(gateway(repositories), options.host(), port), "gateway");
    for (var deployment : deployed) {
      deployment.await();
    }
    registration = registry.register(instance(gateway));
    maintenance.refusal().ifPresent(why -> notices.accept(why.message()));
  }

  private Instance instance(URI gateway) {
    return Processes.instance(
        instance,
        timing.wall().instant(),
        deployed.stream()
            .map(
                deployment ->
                    switch (deployment.role()) {
                      case "gateway" -> new Part("gateway", gateway.toString());
                      case "runservice" -> new Part("runservice", runservice().toString());
                      case "configstore" -> new Part("configstore", configstore().toString());
                      case "datamanager" -> new Part("datamanager", datamanager().toString());
                      default -> new Part(deployment.role(), "");
                    })
            .sorted(Comparator.comparing(Part::role))
            .toList());
  }

  private DataManagerVerticle newDataManager(Extras extras) throws IOException {
    return new DataManagerVerticle(
        DataManagerVerticle.Config.standard(
            instance,
            data.directory("scratch"),
            options.upkeep().checkpointEvery(),
            options.upkeep().dumpEvery(),
            options.upkeep().retention()),
        new DataManagerVerticle.Serving(
            LOOPBACK, data.port("datamanager"), secrets.internalToken(), extras),
        new DataManagerVerticle.Ports(
            bus, storage.objects(), storage.coordination(), timing, random.ids(), faults));
  }

  private Deployable executor(URI gateway) throws IOException, StartException {
    return new HostExecutor(options, vertx, bus, timing, random, faults)
        .verticle(
            data.directory("executor"),
            HostExecutor.id(data, random),
            HostExecutor.hidden(data.root()),
            gateway,
            runservice(),
            secrets.internalToken());
  }

  private Gateway gateway(HostedRepositories repositories) throws IOException {
    var pipeline =
        new PipelineConfig(new JsonnetChild(JsonnetLimits.DEFAULT, java(), data.directory("tmp")));
    return new Gateway(
        new Gateway.Settings(
            "gateway",
            Version.text(),
            runservice(),
            configstore(),
            datamanager(),
            secrets.internalToken(),
            secrets.tokenKey(),
            PLANS_AT_ONCE,
            GitSmartHttp.Limits.DEFAULT),
        new Gateway.Ports(
            vertx,
            bus,
            repositories,
            pipeline::evaluate,
            timing,
            checkpoints,
            this::deliveries,
            random.ids(),
            Intake.all(List.of(intake, Objects.requireNonNull(runservice)::backlog)),
            maintenance,
            registry,
            faults));
  }

  private DeliveryStarts.Start deliveries(int partition) {
    DeliveryCheckpoints.Start start = checkpoints.deliveries().newest(partition);
    return new DeliveryStarts.Start(start.offset(), start.refs());
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
