package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.configstore.Bootstrap;
import dev.millrace.configstore.ConfigStoreVerticle;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.GatewayVerticle;
import dev.millrace.gateway.Git;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.http.Endpoint;
import dev.millrace.http.SharedEndpoint;
import dev.millrace.launcher.server.Verticles.Services;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.launcher.settings.Settings.ExecutorOptions;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles of one process of an installation of many. */
final class ClusterRoles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterRoles.class);
  // What there is to be read may be much; nobody is served by a process that has given up.
  private static final Duration DEPLOYED_WITHIN = Duration.ofDays(1);
  private static final Duration ADMINISTRATOR_AGAIN = Duration.ofSeconds(5);
  private static final Duration GIT_TTL = Duration.ofSeconds(10);

  private final Settings settings;
  private final DataDirectory data;
  private final Commons commons;
  private final CoordinationStore store;
  private final Peers peers;
  private final SharedEndpoint endpoint;
  private final Patience patience;
  private final Verticles verticles;
  private final Deployments deployments;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable KeptLease git;
  private @Nullable KeptLease registration;

  ClusterRoles(
      Settings settings,
      DataDirectory data,
      Commons commons,
      @Nullable Kept kept,
      CoordinationStore store,
      Peers peers,
      SharedEndpoint endpoint,
      Patience patience) {
    this.settings = settings;
    this.data = data;
    this.commons = commons;
    this.store = store;
    this.peers = peers;
    this.endpoint = endpoint;
    this.patience = patience;
    this.verticles = new Verticles(commons, Secrets.of(settings), kept);
    this.deployments = new Deployments(commons.vertx(), settings.executor().drain());
  }

  /** Returns once all of them work. */
  void open() throws IOException, StartException {
    for (Role role : settings.roles()) {
      switch (role) {
        case CONFIGSTORE -> configstore();
        case RUNSERVICE ->
            deployments.begin(
                verticles.runservice(internal(role), data.directory("index")), role.word());
        case DATAMANAGER ->
            deployments.begin(
                verticles.datamanager(
                    internal(role), data.directory("scratch"), settings.upkeep(), Extras.NONE),
                role.word());
        case SCHEDULER -> {
          parts.add(new Part(role.word(), ""));
          deployments.begin(
              verticles.scheduler(ExecutorSettings.LONGEST_LEASE.plus(ExecutorSettings.KILL_TIME)),
              role.word());
        }
        case EXECUTOR -> executor();
        case GATEWAY -> gateway();
      }
    }
    deployments.await(DEPLOYED_WITHIN);
    registration =
        commons
            .registry()
            .register(
                Processes.instance(
                    commons.instance(), commons.timing().wall().instant(), List.copyOf(parts)));
  }

  private Endpoint internal(Role role) {
    parts.add(new Part(role.word(), base(role.word()) + "/internal/v1"));
    return endpoint.part(role.word());
  }

  private String base(String name) {
    String host = settings.advertised();
    return "http://%s:%d/%s"
        .formatted(host.indexOf(':') < 0 ? host : "[" + host + "]", endpoint.port(), name);
  }

  private void configstore() {
    ConfigStoreVerticle verticle = verticles.configstore(internal(Role.CONFIGSTORE));
    var deployment = deployments.begin(verticle, Role.CONFIGSTORE.word());
    Optional<String> token = settings.administratorToken();
    if (token.isPresent()) {
      var _ =
          deployment
              .id()
              .thenRunAsync(
                  () -> ensureAdministrator(verticle.bootstrap(), token.get()),
                  task -> Thread.ofVirtual().name("bootstrap").start(task));
    }
  }

  /** Whoever decides may be another process, which may not be there yet. */
  private static void ensureAdministrator(Bootstrap bootstrap, String token) {
    while (true) {
      try {
        if (!bootstrap.ensureAdministrator(token)) {
          log.info("there is an administrator already, who signs in with another token");
        }
        return;
      } catch (IllegalStateException e) {
        log.warn("{}; trying again", e.getMessage());
        LockSupport.parkNanos(ADMINISTRATOR_AGAIN.toNanos()); // a refusal comes at once
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void executor() throws IOException, StartException {
    ExecutorOptions options = settings.executor();
    String id =
        options.id().isPresent() ? options.id().get() : HostExecutor.id(data, commons.random());
    parts.add(new Part(Role.EXECUTOR.word(), ""));
    deployments.begin(
        verticles.executor(
            options,
            data.directory("executor"),
            id,
            HostExecutor.hidden(data.root(), settings.secretFiles()),
            settings.gatewayUrl().orElseThrow(),
            peers.of(Role.RUNSERVICE.word())),
        Role.EXECUTOR.word());
  }

  private void gateway() throws IOException, StartException {
    var services =
        new Services(
            peers.of(Role.RUNSERVICE.word()),
            peers.of(Role.CONFIGSTORE.word()),
            peers.of(Role.DATAMANAGER.word()));
    var listen = settings.gatewayListen();
    String url = settings.gatewayUrl().map(Object::toString).orElse("http://" + listen);
    parts.add(new Part(Role.GATEWAY.word(), url));
    deployments.begin(
        new GatewayVerticle(
            verticles.gateway(services, gitOfGateway(), Intake.OPEN, settings.limits()),
            Endpoint.at(listen.host(), listen.port()),
            endpoint.part(Role.GATEWAY.word())),
        Role.GATEWAY.word());
  }

  private Git gitOfGateway() throws IOException, StartException {
    Optional<Path> folder = settings.repositories();
    if (folder.isEmpty()) {
      return new Git.Elsewhere(peers.of("git"));
    }
    KeptLease only = new KeptLease(store, "git", commons.instance(), GIT_TTL);
    git = only;
    boolean _ = patience.await(settings.etcd().name(), () -> isHeld(only));
    parts.add(new Part("git", base(Role.GATEWAY.word())));
    DataDirectory.makePrivate(folder.get());
    patience.await(
        "the hosted repositories in " + folder.get(),
        () -> new RepositoryFolder(folder.get()).require(store, commons.random().ids().get()));
    return verticles.git(new HostedRepositories(folder.get()), data.directory("tmp"));
  }

  private boolean isHeld(KeptLease only) {
    only.renew();
    if (!only.held()) {
      throw new CoordinationException(
          "another gateway has the hosted repositories (git.enabled): %s"
              .formatted(store.holder("git").orElse("it just ended")),
          null);
    }
    return true;
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    deployments.close();
    if (git != null) {
      git.close();
    }
  }
}
