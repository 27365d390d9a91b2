package dev.millrace.gateway;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.HeldBus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.ProjectId;
import dev.millrace.events.Topics;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Server;
import dev.millrace.http.Targets;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.pipeline.PlannedRun;
import dev.millrace.traces.MemoryTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over a bus in memory and services that are not there. There are the users root (an
 * administrator), ada and bob, each with a token of that name; ada has the project p1, called demo,
 * bob p2.
 */
final class GatewayFixture implements AutoCloseable {

  static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final int PARTITIONS = 4;

  static {
    // JGit measures a file system for some seconds, with files of its own in the first directory
    // of it that it meets: not in one that a test is about to remove.
    try {
      var _ = new HostedRepositories(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What there is too little of; null if all is well. */
  volatile @Nullable String shortage;

  final MemoryTraces traces = new MemoryTraces();
  final FakeMaintenance maintenance = new FakeMaintenance();

  /** Who is said to be there. */
  volatile Instances instances = new Instances(List.of(), new TreeMap<>(), null);

  /** Where its next life begins to read deliveries. */
  volatile DeliveryStarts deliveryStarts = DeliveryStarts.FIRST;

  /** Whether no push can be recorded. */
  volatile boolean unrecordable;

  /** What its next life lets in. */
  EdgeLimits limits = EdgeLimits.DEFAULT;

  private final Vertx vertx = Vertx.vertx();
  final MemoryBus bus =
      new MemoryBus(
          new MemoryTopics(Clock.systemUTC())
              .create(Topics.RUN_COMMANDS.name(), PARTITIONS)
              .create(Topics.RUN_EVENTS.name(), PARTITIONS)
              .create(Topics.INCOMING_DELIVERIES.name(), PARTITIONS)
              .create(Topics.CONFIG_EVENTS.name(), 1));
  final TestLedger<ConfigEvent> config = new TestLedger<>(bus, Ledgers.CONFIG);
  final FakeRunAuthority authority = new FakeRunAuthority(bus);
  final HostedRepositories repositories;
  final FakeService service = new FakeService(vertx);
  private Gateway gateway;
  private Server server;

  GatewayFixture(Path directory) throws Exception {
    repositories = new HostedRepositories(directory.resolve("repositories"));
    user("root", true);
    user("ada", false);
    user("bob", false);
    config.happen(
        0,
        List.of(
            new ConfigEvent.ProjectCreated(
                new ProjectId("p1"), new UserId("id-ada"), "demo", "hosted"),
            new ConfigEvent.ProjectCreated(
                new ProjectId("p2"), new UserId("id-bob"), "other", "hosted")));
    gateway = make();
    server = open();
  }

  private void user(String name, boolean admin) {
    var id = new UserId("id-" + name);
    config.happen(
        0,
        List.of(
            new ConfigEvent.UserCreated(id, name, admin),
            new ConfigEvent.TokenCreated(id, "first", SignIn.hash(name))));
  }

  private Gateway make() {
    return make("gateway", new Unrecording());
  }

  private Gateway make(String name, Bus on) {
    return new Gateway(
        new Gateway.Settings(
            name,
            "1.2.3",
            Targets.of(service.uri()),
            Targets.of(service.uri()),
            Targets.of(service.uri()),
            "internal",
            KEY,
            2,
            GitSmartHttp.Limits.DEFAULT,
            limits),
        new Gateway.Ports(
            vertx,
            on,
            new Git.Here(
                repositories,
                (file, _) ->
                    new Evaluated.Planned(
                        List.of(
                            new PlannedRun(
                                new String(file.bytes(), StandardCharsets.UTF_8).strip(),
                                List.of()))),
                partition -> deliveryStarts.of(partition)),
            Timing.system(),
            Checkpoints.NONE,
            () -> UUID.randomUUID().toString(),
            Intake.all(List.of(this::shortage, maintenance)),
            maintenance,
            () -> instances,
            new SimpleMeterRegistry(),
            traces,
            new ThrowingFaults()));
  }

  private Optional<Rejected> shortage() {
    return Optional.ofNullable(shortage).map(why -> new Rejected(Code.NO_SPACE, why));
  }

  private Server open() throws Exception {
    Server opened = gateway.http().listen(vertx, "127.0.0.1", 0);
    gateway.start().get(20, TimeUnit.SECONDS);
    return opened;
  }

  /** Ends the gateway. */
  void stop() {
    server.close();
    gateway.close();
  }

  /** Begins its next life. */
  void again() throws Exception {
    gateway = make();
    server = open();
  }

  /** Another gateway beside it, which can be held back. */
  final class Another implements AutoCloseable {
    final HeldBus held = new HeldBus(new Unrecording());
    private final Gateway gateway = make("another", held);
    private final Server server = gateway.http().listen(vertx, "127.0.0.1", 0);

    Another() throws Exception {
      gateway.start().get(20, TimeUnit.SECONDS);
    }

    String url(String path) {
      return "http://127.0.0.1:" + server.port() + path;
    }

    HttpCaller as(@Nullable String token) {
      return new HttpCaller(URI.create(url("")), token);
    }

    int waiting() {
      return gateway.waiting();
    }

    @Override
    public void close() {
      server.close();
      gateway.close();
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  HttpCaller as(String token) {
    return new HttpCaller(URI.create(url("")), token);
  }

  private final class Unrecording extends ForwardingBus {
    Unrecording() {
      super(bus);
    }

    @Override
    protected Appender around(Appender appender) {
      return new Appender() {
        @Override
        public CompletionStage<Appended> append(
            TopicPartition partition, @Nullable String key, byte[] value) {
          return unrecordable && partition.topic().equals(Topics.INCOMING_DELIVERIES.name())
              ? CompletableFuture.failedStage(new BusException("the broker is away", null))
              : appender.append(partition, key, value);
        }

        @Override
        public void close() {
          appender.close();
        }
      };
    }

    @Override
    public void close() {} // it lives longer than a gateway
  }

  @Override
  public void close() {
    stop();
    service.close();
    bus.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
