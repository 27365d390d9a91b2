package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.configstore.ConfigStoreConfig;
import dev.millrace.configstore.ConfigStoreVerticle;
import dev.millrace.configstore.Tokens;
import dev.millrace.datamanager.DataManagerVerticle;
import dev.millrace.datamanager.checkpoints.DeliveryCheckpoints;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.forges.GitSmartHttp;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.DeliveryStarts;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.Git;
import dev.millrace.http.Endpoint;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Targets;
import dev.millrace.launcher.Version;
import dev.millrace.launcher.settings.Settings.ExecutorOptions;
import dev.millrace.launcher.settings.Upkeep;
import dev.millrace.pipeline.PipelineConfig;
import dev.millrace.pipeline.jsonnet.JsonnetChild;
import dev.millrace.pipeline.jsonnet.JsonnetLimits;
import dev.millrace.runservice.RunServiceApi;
import dev.millrace.runservice.RunServiceVerticle;
import dev.millrace.scheduler.SchedulerVerticle;
import dev.millrace.scheduler.core.Patience;
import io.vertx.core.Deployable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the roles of one process. */
final class Verticles {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PLANS_AT_ONCE = 4;

  private final Commons commons;
  private final Secrets secrets;
  private final @Nullable Kept kept;

  /**
   * Of this process.
   *
   * @param kept null if it has executors only
   */
  Verticles(Commons commons, Secrets secrets, @Nullable Kept kept) {
    this.commons = commons;
    this.secrets = secrets;
    this.kept = kept;
  }

  private Kept kept() {
    return Objects.requireNonNull(kept, "executors only");
  }

  ConfigStoreVerticle configstore(Endpoint endpoint) {
    return new ConfigStoreVerticle(
        commons.bus(),
        kept().coordination(),
        commons.instance(),
        commons.timing(),
        commons.random().ids(),
        () -> commons.random().bytes(Tokens.BYTES),
        commons.faults(),
        kept().intake(),
        kept().checkpoints().newest(Ledgers.CONFIG),
        commons.meters(),
        new ConfigStoreConfig(endpoint, secrets.internalToken(), PATIENCE));
  }

  /**
   * Makes it.
   *
   * @param index a folder of its own
   */
  RunServiceVerticle runservice(Endpoint endpoint, Path index) {
    return new RunServiceVerticle(
        new RunServiceVerticle.Config(
            commons.instance(),
            endpoint,
            index,
            new RunServiceApi.Settings(
                secrets.internalToken(), secrets.executorToken(), secrets.tokenKey(), PATIENCE)),
        new RunServiceVerticle.Ports(
            commons.bus(),
            kept().coordination(),
            kept().storage().objects(),
            kept().storage().coordination(),
            kept().checkpoints(),
            kept().intake(),
            commons.timing(),
            commons.random().ids(),
            commons.meters(),
            commons.traces(),
            commons.faults()));
  }

  /**
   * Makes it.
   *
   * @param scratch a folder of its own
   * @param extras belong into an export
   */
  DataManagerVerticle datamanager(Endpoint endpoint, Path scratch, Upkeep upkeep, Extras extras) {
    return new DataManagerVerticle(
        DataManagerVerticle.Config.standard(
            commons.instance(),
            scratch,
            upkeep.checkpointEvery(),
            upkeep.dumpEvery(),
            upkeep.retention()),
        new DataManagerVerticle.Serving(endpoint, secrets.internalToken(), extras),
        new DataManagerVerticle.Ports(
            commons.bus(),
            kept().storage().objects(),
            kept().storage().coordination(),
            commons.timing(),
            commons.random().ids(),
            commons.meters(),
            commons.faults()));
  }

  /**
   * Makes it.
   *
   * @param longestTerm lease and kill time of any executor at most
   */
  Deployable scheduler(Duration longestTerm) {
    return new SchedulerVerticle(
        commons.bus(),
        commons.timing(),
        commons.random().ids(),
        commons.faults(),
        new Patience(Patience.DEFAULT.decision(), longestTerm),
        kept().checkpoints().newest(Ledgers.RUNS),
        commons.meters(),
        commons.traces());
  }

  /**
   * Makes it.
   *
   * @param work a folder of its own
   * @param id over its restarts
   * @param hidden what tasks must not see
   * @param gateway where tasks clone from
   */
  Deployable executor(
      ExecutorOptions options,
      Path work,
      String id,
      List<Path> hidden,
      URI gateway,
      Targets runservice)
      throws StartException {
    var claims =
        new HttpCaller(
            runservice,
            Objects.requireNonNullElse(secrets.executorToken(), secrets.internalToken()),
            commons.vertx());
    return new HostExecutor(
            options,
            commons.bus(),
            commons.timing(),
            commons.random(),
            commons.meters(),
            commons.traces(),
            commons.faults())
        .verticle(work, id, hidden, gateway, claims);
  }

  /** The services behind a gateway. */
  record Services(Targets runservice, Targets configstore, Targets datamanager) {}

  /**
   * Makes it.
   *
   * @param intake what is refused beside what the whole process refuses
   * @param limits what it lets in
   */
  Gateway gateway(Services services, Git git, Intake intake, EdgeLimits limits) {
    return new Gateway(
        new Gateway.Settings(
            "gateway",
            Version.text(),
            services.runservice(),
            services.configstore(),
            services.datamanager(),
            secrets.internalToken(),
            secrets.tokenKey(),
            PLANS_AT_ONCE,
            GitSmartHttp.Limits.DEFAULT,
            limits),
        new Gateway.Ports(
            commons.vertx(),
            commons.bus(),
            git,
            commons.timing(),
            kept().checkpoints(),
            commons.random().ids(),
            Intake.all(List.of(kept().intake(), intake)),
            kept().maintenance(),
            commons.registry(),
            commons.meters(),
            commons.traces(),
            commons.faults()));
  }

  /**
   * The hosted repositories, for the gateway that has them.
   *
   * @param scratch a folder of its own for programs that are evaluated
   */
  Git.Here git(HostedRepositories repositories, Path scratch) {
    var pipeline = new PipelineConfig(new JsonnetChild(JsonnetLimits.DEFAULT, java(), scratch));
    return new Git.Here(repositories, pipeline::evaluate, this::deliveries);
  }

  private DeliveryStarts.Start deliveries(int partition) {
    DeliveryCheckpoints.Start start = kept().checkpoints().deliveries().newest(partition);
    return new DeliveryStarts.Start(start.offset(), start.refs());
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
