package dev.millrace.verification.endtoend;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.configstore.ConfigRoutes;
import dev.millrace.configstore.core.ConfigRules;
import dev.millrace.configstore.core.NoEffects;
import dev.millrace.datamanager.DataManagerApi;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.transfer.Export;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.DeliveryStarts;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.Git;
import dev.millrace.gateway.Instances;
import dev.millrace.http.Targets;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.runservice.Health;
import dev.millrace.runservice.RunServiceApi;
import dev.millrace.runservice.core.RunEffects;
import dev.millrace.runservice.core.RunRules;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.StoredLogs;
import dev.millrace.runservice.stored.Listed;
import dev.millrace.runservice.stored.StoredList;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.checkpoints.Note;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every route of every HTTP interface, asked of the very classes that serve them. */
record KnownRoutes(
    List<Route> gateway, List<Route> runservice, List<Route> configstore, List<Route> datamanager) {

  /** One route; the path with {@code :places}. */
  record Route(String method, String path) {
    static Route of(String text) {
      int space = text.indexOf(' ');
      return new Route(text.substring(0, space), text.substring(space + 1));
    }

    boolean changes() {
      return !method.equals("GET");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static KnownRoutes read(Path directory) throws Exception {
    var topics = new MemoryTopics(Clock.systemUTC());
    Topics.all().forEach(topic -> topics.create(topic.name(), 1));
    try (var bus = new MemoryBus(topics)) {
      return new KnownRoutes(
          gateway(bus, directory), runservice(bus), configstore(bus), datamanagerRoutes());
    }
  }

  private static List<Route> gateway(MemoryBus bus, Path directory) throws Exception {
    URI nowhere = URI.create("http://127.0.0.1:1/internal/v1");
    var settings =
        new Gateway.Settings(
            "g",
            "0",
            Targets.of(nowhere),
            Targets.of(nowhere),
            Targets.of(nowhere),
            "",
            new byte[1],
            1,
            GitSmartHttp.Limits.DEFAULT,
            EdgeLimits.DEFAULT);
    Vertx vertx = Vertx.vertx();
    var ports =
        new Gateway.Ports(
            vertx,
            bus,
            new Git.Here(
                new HostedRepositories(directory),
                (_, _) -> new Evaluated.Planned(List.of()),
                DeliveryStarts.FIRST),
            Timing.system(),
            Checkpoints.NONE,
            KnownRoutes::id,
            Intake.OPEN,
            new NoMaintenance(),
            () -> new Instances(List.of(), new TreeMap<>(), null),
            new SimpleMeterRegistry(),
            Traces.OFF,
            new ThrowingFaults());
    try (var gateway = new Gateway(settings, ports)) {
      return routes(gateway.http().routes());
    } finally {
      vertx.close().await();
    }
  }

  private static List<Route> runservice(MemoryBus bus) {
    var authority =
        new LedgerAuthority<>(
            new LedgerAuthority.Ports<>(
                bus,
                Ledgers.RUNS,
                new RunRules(),
                new RunEffects(),
                new MemoryCoordination(false),
                "r",
                Timing.system(),
                KnownRoutes::id,
                new ThrowingFaults(),
                Starts.first(Ledgers.RUNS)),
            LedgerSettings.DEFAULT);
    var settings = new RunServiceApi.Settings("", null, new byte[1], Duration.ofSeconds(1));
    try (authority;
        var api =
            new RunServiceApi(
                settings,
                bus,
                new RunFeed(
                    authority,
                    run -> {
                      throw new AssertionError(run);
                    }),
                new Nothing(),
                noLogs(),
                authority,
                new Health("r", authority),
                Clock.systemUTC(),
                KnownRoutes::id,
                new SimpleMeterRegistry())) {
      return routes(api.http().routes());
    }
  }

  private static StoredLogs noLogs() {
    var coordination = new MemoryCoordinationStore(System::nanoTime);
    var objects = new MemoryObjectStore(Clock.systemUTC());
    return new StoredLogs(LogArchive.open(objects, coordination, KnownRoutes::id), coordination);
  }

  /** Nobody asks for a list here. */
  private static final class Nothing implements StoredList {
    @Override
    public List<Listed> list(RunFilter filter, @Nullable Place after, int limit) {
      throw new AssertionError(filter);
    }

    @Override
    public Counted counts(RunFilter filter, Collection<RunId> except) {
      throw new AssertionError(filter);
    }

    @Override
    public long indexed(int partition) {
      throw new AssertionError(partition);
    }
  }

  private static List<Route> configstore(MemoryBus bus) {
    try (var authority =
        new LedgerAuthority<>(
            new LedgerAuthority.Ports<>(
                bus,
                Ledgers.CONFIG,
                new ConfigRules(),
                new NoEffects(),
                new MemoryCoordination(false),
                "c",
                Timing.system(),
                KnownRoutes::id,
                new ThrowingFaults(),
                Starts.first(Ledgers.CONFIG)),
            LedgerSettings.DEFAULT)) {
      return routes(
          new ConfigRoutes(
                  authority,
                  authority,
                  () -> bus.extent(new TopicPartition(Topics.CONFIG_EVENTS.name(), 0)),
                  Clock.systemUTC(),
                  KnownRoutes::id,
                  () -> new byte[32],
                  Duration.ofSeconds(1))
              .api("secret", new SimpleMeterRegistry())
              .routes());
    }
  }

  private static List<Route> datamanagerRoutes() {
    var api =
        new DataManagerApi(
            new DataManagerApi.Work() {
              @Override
              public Kept checkpointNow() {
                throw new AssertionError();
              }

              @Override
              public Export exportNow() {
                throw new AssertionError();
              }

              @Override
              public List<Note> notes() {
                throw new AssertionError();
              }
            });
    return routes(api.http("", new SimpleMeterRegistry()).routes());
  }

  private static String id() {
    return "id";
  }

  private static List<Route> routes(List<String> texts) {
    return texts.stream().map(Route::of).toList();
  }
}
