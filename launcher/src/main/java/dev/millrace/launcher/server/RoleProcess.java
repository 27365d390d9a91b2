package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.kafka.ClusterCheck;
import dev.millrace.bus.kafka.ClusterUser;
import dev.millrace.bus.kafka.Rights;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.events.Topics.Topic;
import dev.millrace.http.HttpApi;
import dev.millrace.http.SharedEndpoint;
import dev.millrace.launcher.settings.HostPort;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.launcher.traces.Telemetry;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One process of an installation of many: some roles, over a Kafka cluster, an etcd cluster and an
 * object storage that others share. It waits for each of these, and tells so.
 */
public final class RoleProcess implements AutoCloseable {
  private static final Duration BROKERS_FIRST = Duration.ofSeconds(5);
  private static final Duration BROKERS_AT_MOST = Duration.ofSeconds(40);

  private final Settings settings;
  private final Patience patience;
  private final Randomness random = new Randomness();
  private final String instance;
  private final Opened opened = new Opened();
  private final DataDirectory data;
  private final Vertx vertx;
  private final Meters meters;
  private final Telemetry telemetry;
  private final SharedEndpoint endpoint;
  private Duration brokersWithin = BROKERS_FIRST;
  private volatile boolean ready;
  private volatile @Nullable BusContact contact;

  /**
   * Takes the folder and the port of the process; {@link #open} does the rest.
   *
   * @param tell hears what is waited for
   */
  public RoleProcess(Settings settings, Consumer<String> tell) throws StartException {
    this.settings = settings;
    this.patience = new Patience(tell);
    String roles = settings.roles().stream().map(Role::word).collect(Collectors.joining("-"));
    this.instance = roles + "-" + random.ids().get();
    this.data = keep(DataDirectory.take(settings.data()));
    this.meters = keep(new Meters());
    this.telemetry = keep(Telemetry.of(settings.traces(), instance, meters.registry()));
    this.vertx = Vertx.vertx();
    keep(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    HostPort internal = settings.internal();
    HttpApi own = meters.addTo(new HttpApi("internal"));
    try {
      this.endpoint =
          keep(new SharedEndpoint(own, vertx, internal.host(), internal.port(), this::unready));
    } catch (UncheckedIOException e) {
      close();
      throw new StartException(
          "internal.listen: cannot listen on %s: %s"
              .formatted(internal, String.valueOf(e.getMessage())),
          e);
    }
  }

  private @Nullable String unready() {
    if (ready) {
      BusContact asks = contact;
      return asks == null || asks.isKept() ? null : "Kafka does not answer";
    }
    String why = patience.why();
    return why == null ? "starting" : why;
  }

  /**
   * Returns once all roles work. Waits for what they need however long it takes.
   *
   * @throws StartException if that cannot be, or it was closed meanwhile
   */
  public void open() throws StartException {
    try {
      var store = keep(patience.await(settings.etcd().name(), this::coordinationStore));
      var bus = keep(patience.await(settings.kafka().name(), this::bus));
      var asks = keep(new BusContact(bus, System::nanoTime));
      contact = asks;
      var commons =
          new Commons(
              instance,
              bus,
              vertx,
              Timing.system(),
              random,
              new Registry(store, asks::isKept),
              meters.registry(),
              telemetry.traces(),
              new Faults());
      Kept kept = isExecutorOnly() ? null : kept(store, bus, asks);
      var peers = keep(patience.await(settings.etcd().name(), () -> new Peers(store)));
      keep(new ClusterRoles(settings, data, commons, kept, store, peers, endpoint, patience))
          .open();
      if (kept != null) {
        // Before the roles end, so that nobody waits for these.
        keep(kept.coordination()::resign);
      }
      ready = true;
    } catch (IOException e) {
      throw new StartException("cannot use " + data.root() + ": " + DataDirectory.why(e), e);
    }
  }

  private boolean isExecutorOnly() {
    return settings.roles().equals(EnumSet.of(Role.EXECUTOR));
  }

  private Kept kept(CoordinationStore store, Bus bus, BusContact asks)
      throws IOException, StartException {
    String etcd = settings.etcd().name();
    String storage = Stores.objectsName(settings);
    var objects =
        keep(
            new MeteredObjects(
                patience.await(storage, () -> Stores.objects(settings, random)),
                meters.registry()));
    bringUpToDate(storage, objects, store);
    var maintenance = keep(patience.await(etcd, () -> new MaintenanceFlag(store)));
    var coordination =
        keep(
            patience.await(
                etcd,
                () ->
                    new LedgerCoordination(
                        store,
                        instance,
                        LedgerCoordination.partitions(bus, settings.roles()),
                        LedgerCoordination.TTL,
                        asks::isKept)));
    return new Kept(
        coordination,
        new Storage(objects, store),
        patience.await(storage, () -> LedgerCheckpoints.open(objects, store, random.ids())),
        maintenance,
        Intake.all(List.of(maintenance, DiskSpace.of(data.root(), settings.minFree()))));
  }

  private CoordinationStore coordinationStore() {
    return EtcdCoordinationStore.open(settings.etcd(), System::nanoTime);
  }

  /** With all topics that the roles need. */
  private Bus bus() {
    // Whether the brokers answer is asked first, as they say why not. Whoever asks again gives them
    // longer: what is wrong is wanted soon, but some always answer late.
    Duration within = brokersWithin;
    brokersWithin = within.multipliedBy(2);
    if (brokersWithin.compareTo(BROKERS_AT_MOST) > 0) {
      brokersWithin = BROKERS_AT_MOST;
    }
    int _ = ClusterCheck.brokers(settings.kafka(), within);
    Bus bus = Stores.bus(settings);
    try {
      for (Role role : settings.roles()) {
        // It may not even ask for the others.
        for (Topic topic : Rights.topics(ClusterUser.valueOf(role.name()))) {
          int _ = bus.partitions(topic.name());
        }
      }
      return bus;
    } catch (RuntimeException e) {
      bus.close();
      throw e;
    }
  }

  private void bringUpToDate(String name, ObjectStore objects, CoordinationStore store)
      throws StartException {
    patience.await(
        name,
        () -> {
          Formats.bringUpToDate(name, objects, store, instance);
          return true;
        });
  }

  private <T extends AutoCloseable> T keep(T part) throws StartException {
    return opened.keep(part);
  }

  /** Ends every part, the one that was started last first. */
  @Override
  public void close() {
    ready = false;
    patience.giveUp();
    opened.close();
  }

  /** How long it may take to end because of what it has begun. */
  public Duration drain() {
    return settings.roles().contains(Role.EXECUTOR) ? settings.executor().drain() : Duration.ZERO;
  }
}
