package dev.millrace.gateway;

import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerMeters;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Topics;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.http.Handler;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Lane;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.Starting;
import dev.millrace.http.Targets;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge of one process: the public interface, and git. It answers as soon as it is served, with
 * "starting" until it has read what there is.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  // Of a run's path only the answer to a push and the clone of a task go by what is folded here.
  private static final Duration LATER = Duration.ofMillis(10);

  private final Settings settings;
  private final Ports ports;
  private final LedgerFollower<Configuration, ConfigEvent> config;
  private final LedgerFollower<Runs, RunEvent> runs;
  private final ConfigView configView;
  private final RunsView runsView;
  private final @Nullable HostedGit hosted;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpApi api;
  private final HttpApi internal = new HttpApi("gateway-internal");
  private volatile boolean ready;

  /**
   * What may be chosen.
   *
   * @param name of this instance, in logs and metrics
   * @param runservice the internal interfaces of its instances: {@code
   *     http://127.0.0.1:7421/internal/v1}
   * @param configstore the same of the configstore
   * @param datamanager the same of the datamanager
   * @param internalToken what the services ask of callers
   * @param tokenKey what the tokens of tasks are signed with
   * @param plansAtOnce how many configurations are evaluated at the same time
   * @param limits what it lets in
   */
  public record Settings(
      String name,
      String version,
      Targets runservice,
      Targets configstore,
      Targets datamanager,
      String internalToken,
      byte[] tokenKey,
      int plansAtOnce,
      GitSmartHttp.Limits gitLimits,
      EdgeLimits limits) {}

  /**
   * What it works with.
   *
   * @param vertx calls the services behind the gateway
   * @param checkpoints where it begins to read the ledgers
   * @param git where the hosted repositories are
   * @param ids makes ids that nobody else makes
   * @param intake whether anything new is taken
   * @param instances tells who is there; may block
   * @param meters show what is measured
   * @param traces take what asked for runs
   */
  public record Ports(
      Vertx vertx,
      Bus bus,
      Git git,
      Timing timing,
      Checkpoints checkpoints,
      Supplier<String> ids,
      Intake intake,
      Maintenance maintenance,
      Supplier<Instances> instances,
      MeterRegistry meters,
      Traces traces,
      FaultHandler faults) {}

  public Gateway(Settings settings, Ports ports) {
    this.settings = settings;
    this.ports = ports;
    Bus bus = ports.bus();
    this.config = follower(bus, Ledgers.CONFIG, "-config");
    this.runs = follower(bus.paced(LATER), Ledgers.RUNS, "-runs");
    this.configView =
        keep(
            new ConfigView(
                config, () -> bus.extent(new TopicPartition(Topics.CONFIG_EVENTS.name(), 0))));
    this.runsView = keep(new RunsView(runs));
    this.hosted =
        ports.git() instanceof Git.Here here
            ? keep(new HostedGit(here, settings, ports, config, configView, runsView))
            : null;
    this.api = api();
    measure(ports.meters());
  }

  private void measure(MeterRegistry meters) {
    LedgerMeters.ofReader(meters, ports.bus(), Ledgers.CONFIG, settings.name(), config);
    LedgerMeters.ofReader(meters, ports.bus(), Ledgers.RUNS, settings.name(), runs);
    Gauge.builder("millrace.deliveries.waiting", this, Gateway::deliveriesWaiting)
        .description("Pushed refs that have not come to their runs")
        .register(meters);
  }

  private <S, E> LedgerFollower<S, E> follower(Bus bus, LedgerKind<S, ?, E> kind, String ending) {
    return new LedgerFollower<>(
        bus,
        kind,
        settings.name() + ending,
        ports.timing(),
        LedgerSettings.READER,
        ports.faults(),
        ports.checkpoints().newest(kind));
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  private HttpApi api() {
    var limits = settings.limits();
    var throttle = new Throttle(limits, ports.timing().nanos());
    var starting = new Starting(() -> ready, new SignIn(configView));
    var signIn = throttle.after(starting);
    var stream = Lane.fixed(limits.streams()).measured(ports.meters(), "gateway", "streams");
    var reading = Lane.adaptive(limits.target()).measured(ports.meters(), "gateway", "reading");
    var changing = Lane.adaptive(limits.target()).measured(ports.meters(), "gateway", "changing");
    var intake = new IntakeGuard(ports.intake());
    var status =
        new StatusRoutes(
            settings.version(),
            () -> ready,
            intake,
            ports.instances(),
            config,
            runs,
            this::deliveriesWaiting);
    var configstore = upstream(settings.configstore());
    var runservice = upstream(settings.runservice());
    var projects = new Projects(configView);
    var runRoutes =
        new RunRoutes(
            configView, projects, runservice, ports.timing().wall(), new Causes(ports.traces()));
    var made = new HttpApi("gateway").meters(ports.meters());
    status.addOpen(made);
    status.addOpen(internal);
    mountGit(made, starting, intake, throttle);
    made.guard(signIn).around(this::tellingPosition);
    status.addGuarded(made);
    new MaintenanceRoutes(ports.maintenance(), ports.timing().wall()).addTo(made);
    runRoutes.addEndingTo(made);
    made.guard(intake.after(signIn));
    new StorageRoutes(upstream(settings.datamanager())).addTo(made);
    made.lanes(reading, changing);
    new UserRoutes(configView, configstore).addTo(made);
    new ProjectRoutes(configView, projects, configstore).addTo(made);
    runRoutes.addTo(made);
    made.lanes(stream, stream);
    new StreamRoutes(configView, runRoutes, runservice).addTo(made);
    return made;
  }

  private int deliveriesWaiting() {
    return hosted == null ? 0 : hosted.waiting();
  }

  /** Other gateways hand on what git asks of them, so it is there for them too. */
  private void mountGit(HttpApi api, Starting starting, IntakeGuard intake, Throttle throttle) {
    if (hosted == null) {
      if (ports.git() instanceof Git.Elsewhere(Targets gateway)) {
        new GitRelay(keep(new HttpCaller(gateway, null, ports.vertx()))).mount(api, "/git");
      }
      return;
    }
    GitAccess git = hosted.access(runsView, throttle, settings.tokenKey());
    PushBacklog backlog = hosted.backlog(settings.limits().pushes());
    GitSmartHttp.Access access =
        (request, path, write) -> {
          starting.check();
          GitSmartHttp.Grant grant = git.check(request, path, write);
          if (write) {
            intake.require();
            backlog.require(grant.repository());
          }
          return grant;
        };
    GitSmartHttp http = hosted.http(access);
    http.mount(api, "/git");
    http.mount(internal, "/git");
  }

  /** Every answer depends on the configuration: on who may see what, and on what it is called. */
  private Reply tellingPosition(Request request, Handler handler) throws Exception {
    try {
      return handler.handle(request);
    } finally {
      configView.tell(request);
    }
  }

  private Upstream upstream(Targets targets) {
    return new Upstream(
        keep(new HttpCaller(targets, settings.internalToken(), ports.vertx())),
        configView,
        ports.ids());
  }

  /** The public interface. */
  public HttpApi http() {
    return api;
  }

  /** What other parts of the installation ask of it. */
  public HttpApi internal() {
    return internal;
  }

  /** Whether all has been read that was there at the start. */
  public boolean ready() {
    return ready;
  }

  /** How many requests wait for configuration that they know of and that is not read here yet. */
  public int waiting() {
    return configView.waiting();
  }

  /** Begins to read; completes when it is ready. Does not block. */
  public CompletableFuture<Void> start() {
    config.start();
    runs.start();
    return config
        .caughtUp()
        .thenCombine(runs.caughtUp(), (_, _) -> true)
        .thenRun(this::begin)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                log.error("the gateway cannot start", failure);
              }
            })
        .toCompletableFuture();
  }

  private void begin() {
    if (hosted != null) {
      hosted.start();
    }
    ready = true;
  }

  @Override
  public void close() {
    ready = false;
    for (AutoCloseable part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        log.warn("cannot close {}", part, e);
      }
    }
    runs.close();
    config.close();
  }
}
