package dev.millrace.launcher.server;

import dev.millrace.configstore.ConfigStoreVerticle;
import dev.millrace.configstore.Tokens;
import dev.millrace.datamanager.DataManagerVerticle;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.GatewayVerticle;
import dev.millrace.gateway.Instances.Instance;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.http.Endpoint;
import dev.millrace.http.Targets;
import dev.millrace.launcher.server.Verticles.Services;
import dev.millrace.launcher.settings.Role;
import dev.millrace.runservice.RunServiceVerticle;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every role in one process, but those that were left out: each at a port of the loopback. */
final class Roles implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration DEPLOYED_WITHIN = Duration.ofMinutes(2);

  private final DataDirectory data;
  private final ServerOptions options;
  private final Commons commons;
  private final Kept kept;
  private final Verticles verticles;
  private final Deployments deployments;
  private @Nullable ConfigStoreVerticle configstore;
  private @Nullable RunServiceVerticle runservice;
  private @Nullable DataManagerVerticle datamanager;
  private @Nullable KeptLease registration;

  Roles(DataDirectory data, ServerOptions options, Secrets secrets, Commons commons, Kept kept) {
    this.data = data;
    this.options = options;
    this.commons = commons;
    this.kept = kept;
    this.verticles = new Verticles(commons, secrets, kept);
    this.deployments = new Deployments(commons.vertx(), Duration.ZERO);
  }

  private Endpoint endpoint(String role) throws IOException {
    return Endpoint.at(LOOPBACK, data.port(role));
  }

  /**
   * The roles that call no other: the authorities, the datamanager and the scheduler. Returns once
   * all but the scheduler take calls.
   *
   * @param extras belong into an export
   */
  void openIndependent(Extras extras) throws IOException, StartException {
    var config = verticles.configstore(endpoint("configstore"));
    var runs = verticles.runservice(endpoint("runservice"), data.directory("index"));
    var first = deployments.begin(config, "configstore");
    var second = deployments.begin(runs, "runservice");
    var keeping =
        verticles.datamanager(
            endpoint("datamanager"), data.directory("scratch"), options.upkeep(), extras);
    var third = deployments.begin(keeping, "datamanager");
    if (!options.without().contains(Role.SCHEDULER)) {
      deployments.begin(
          verticles.scheduler(ExecutorSettings.LEASE.plus(ExecutorSettings.KILL_TIME)),
          "scheduler");
    }
    first.await(DEPLOYED_WITHIN);
    second.await(DEPLOYED_WITHIN);
    third.await(DEPLOYED_WITHIN);
    datamanager = keeping;
    configstore = config;
    runservice = runs;
  }

  /** The token of the first administrator, if it has not been told yet. */
  Optional<String> ensureAdministrator() throws IOException, StartException {
    String token =
        Secrets.administratorToken(data, Tokens.of(commons.random().bytes(Tokens.BYTES)));
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
    return internal(Objects.requireNonNull(runservice).port());
  }

  URI configstore() {
    return internal(Objects.requireNonNull(configstore).port());
  }

  URI datamanager() {
    return internal(Objects.requireNonNull(datamanager).port());
  }

  private static URI internal(int port) {
    return URI.create("http://%s:%d/internal/v1".formatted(LOOPBACK, port));
  }

  /**
   * Whoever calls the authorities: returns once all roles work and the public interface takes
   * connections.
   */
  void openCallers(URI gateway, int port, HostedRepositories repositories, Consumer<String> notices)
      throws IOException, StartException {
    if (!options.without().contains(Role.EXECUTOR)) {
      deployments.begin(
          verticles.executor(
              options.executor(),
              data.directory("executor"),
              HostExecutor.id(data, commons.random()),
              HostExecutor.hidden(data.root()),
              gateway,
              Targets.of(runservice())),
          "executor");
      if (options.driver().equals("host-plain")) {
        notices.accept("Steps run as plain processes with all rights of this user, as asked.");
      }
    }
    var made =
        verticles.gateway(
            new Services(
                Targets.of(runservice()), Targets.of(configstore()), Targets.of(datamanager())),
            verticles.git(repositories, data.directory("tmp")),
            Objects.requireNonNull(runservice)::backlog,
            options.limits());
    deployments.begin(
        new GatewayVerticle(made, Endpoint.at(options.host(), port), Endpoint.at(LOOPBACK, 0)),
        "gateway");
    deployments.await(DEPLOYED_WITHIN);
    registration = commons.registry().register(instance(gateway));
    kept.maintenance().refusal().ifPresent(why -> notices.accept(why.message()));
  }

  private Instance instance(URI gateway) {
    return Processes.instance(
        commons.instance(),
        commons.timing().wall().instant(),
        deployments.roles().stream()
            .map(
                role ->
                    switch (role) {
                      case "gateway" -> new Part(role, gateway.toString());
                      case "runservice" -> new Part(role, runservice().toString());
                      case "configstore" -> new Part(role, configstore().toString());
                      case "datamanager" -> new Part(role, datamanager().toString());
                      default -> new Part(role, "");
                    })
            .sorted(Comparator.comparing(Part::role))
            .toList());
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    deployments.close();
  }
}
