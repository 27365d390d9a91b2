package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.Bus;
import dev.millrace.bus.HeldBus;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.configstore.ConfigStoreConfig;
import dev.millrace.configstore.ConfigStoreVerticle;
import dev.millrace.configstore.Tokens;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.Git;
import dev.millrace.gateway.Instances;
import dev.millrace.http.Endpoint;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Server;
import dev.millrace.http.Targets;
import dev.millrace.runservice.RunServiceApi;
import dev.millrace.runservice.RunServiceVerticle;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A gateway, and a run service and a configstore that only it asks. What it reads can be held back.
 */
final class Machine implements AutoCloseable {
  static final String TOKEN = Tokens.of(new byte[Tokens.BYTES]);
  private static final String INTERNAL = "internal";
  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final String name;
  private final Shared shared;
  private final HeldBus bus;
  private final ConfigStoreVerticle configstore;
  private final Gateway gateway;
  private final Server server;

  /** What machines share. */
  record Shared(Bus bus, ObjectStore objects, CoordinationStore store) {}

  /**
   * Ready when it is made.
   *
   * @param coordination whether it decides
   */
  Machine(String name, Shared shared, Coordination coordination, Path folder) throws Exception {
    this.name = name;
    this.shared = shared;
    this.bus = new HeldBus(shared.bus());
    this.configstore = configstore(coordination);
    var runservice = runservice(coordination, folder);
    deploy(configstore);
    deploy(runservice);
    this.gateway = gateway(at(runservice.port()), at(configstore.port()));
    this.server = gateway.http().listen(vertx, "127.0.0.1", 0);
    gateway.start().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void deploy(Deployable verticle) throws Exception {
    vertx
        .deployVerticle(verticle)
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static Targets at(int port) {
    return Targets.of(URI.create("http://127.0.0.1:" + port + "/internal/v1"));
  }

  private String id() {
    return name + UUID.randomUUID().toString().substring(0, 18);
  }

  private ConfigStoreVerticle configstore(Coordination coordination) {
    return new ConfigStoreVerticle(
        bus,
        coordination,
        name,
        Timing.system(),
        this::id,
        () -> new byte[Tokens.BYTES],
        new ThrowingFaults(),
        Intake.OPEN,
        Starts.first(Ledgers.CONFIG),
        new SimpleMeterRegistry(),
        new ConfigStoreConfig(Endpoint.at("127.0.0.1", 0), INTERNAL, PATIENCE));
  }

  private RunServiceVerticle runservice(Coordination coordination, Path folder) {
    return new RunServiceVerticle(
        new RunServiceVerticle.Config(
            name,
            Endpoint.at("127.0.0.1", 0),
            folder.resolve(name),
            new RunServiceApi.Settings(INTERNAL, null, KEY, PATIENCE)),
        new RunServiceVerticle.Ports(
            bus,
            coordination,
            shared.objects(),
            shared.store(),
            Checkpoints.NONE,
            Intake.OPEN,
            Timing.system(),
            this::id,
            new SimpleMeterRegistry(),
            Traces.OFF,
            new ThrowingFaults()));
  }

  private Gateway gateway(Targets runservice, Targets configstore) {
    return new Gateway(
        new Gateway.Settings(
            name,
            "0",
            runservice,
            configstore,
            runservice,
            INTERNAL,
            KEY,
            1,
            GitSmartHttp.Limits.DEFAULT,
            EdgeLimits.DEFAULT),
        new Gateway.Ports(
            vertx,
            bus,
            new Git.Elsewhere(Targets.of(URI.create("http://127.0.0.1:1"))),
            Timing.system(),
            Checkpoints.NONE,
            this::id,
            Intake.OPEN,
            new NoMaintenance(),
            () -> new Instances(List.of(), new TreeMap<>(), null),
            new SimpleMeterRegistry(),
            Traces.OFF,
            new ThrowingFaults()));
  }

  /** Has an administrator made, who signs in with {@link #TOKEN}. */
  void makeAdministrator() throws InterruptedException {
    if (!configstore.bootstrap().ensureAdministrator(TOKEN)) {
      throw new IllegalStateException("there is no administrator");
    }
  }

  HttpCaller caller() {
    return new HttpCaller(URI.create("http://127.0.0.1:" + server.port() + "/api/v1"), TOKEN);
  }

  /** How many requests wait at its gateway for what it has not read. */
  int waiting() {
    return gateway.waiting();
  }

  /** From now on it reads nothing new. */
  void hold() {
    bus.hold();
  }

  /** It goes on. */
  void release() {
    bus.release();
  }

  @Override
  public void close() {
    bus.release();
    server.close();
    gateway.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
