package dev.millrace.launcher.settings;

import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaSecurity;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.kafka.Login;
import dev.millrace.bus.kafka.Login.Mechanism;
import dev.millrace.bus.kafka.Tls;
import dev.millrace.datamanager.Retention;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.launcher.settings.TraceOptions.Header;
import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.storage.objects.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the process of some roles is told, checked as a whole. */
public final class Settings {
  // As many as an idempotent producer keeps in order.
  private static final int IN_FLIGHT = 5;

  private final Values values;
  private final Set<Role> roles;

  private Settings(Values values, Set<Role> roles) {
    this.values = values;
    this.roles = EnumSet.copyOf(roles);
  }

  /**
   * Reads them.
   *
   * @param roles the settings of others are looked at too, but not missed; none: an administrator
   *     of the Kafka cluster, who needs to reach that
   * @throws SettingsException with all that is wrong
   */
  public static Settings read(Sources sources, Set<Role> roles) throws SettingsException {
    var reader = new SettingsReader(sources.variables());
    reader.read(sources, roles);
    List<String> problems = new ArrayList<>(reader.problems());
    var settings = new Settings(reader.values(), roles);
    problems.addAll(Consistency.problems(settings, problems.isEmpty()));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  Values values() {
    return values;
  }

  /**
   * The settings that count, as lines of a file that says the same. Secrets are named by where they
   * are.
   */
  public List<String> shown() {
    return Keys.ALL.stream()
        .flatMap(
            key -> values.source(key).stream().map(source -> key.name() + ": " + quoted(source)))
        .toList();
  }

  private static String quoted(String text) {
    boolean plain = text.matches("[A-Za-z0-9/._-][A-Za-z0-9/._:-]*[A-Za-z0-9/._-]|[A-Za-z0-9]");
    boolean structure = text.startsWith("[") || text.startsWith("{");
    return plain || structure ? text : "'" + text.replace("'", "''") + "'";
  }

  public Set<Role> roles() {
    return EnumSet.copyOf(roles);
  }

  /** The folder of this process alone. */
  public Path data() {
    return values.get(Keys.DATA).toAbsolutePath().normalize();
  }

  /** How many bytes are kept free on the disk of that folder; empty: the default. */
  public OptionalLong minFree() {
    return values.find(Keys.MIN_FREE).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** How the Kafka cluster is reached. */
  public KafkaSettings kafka() {
    String security = values.get(Keys.KAFKA_SECURITY);
    Login login = security.startsWith("sasl") ? kafkaLogin() : null;
    Tls tls =
        security.endsWith("ssl")
            ? new Tls(
                values.orNull(Keys.KAFKA_AUTHORITY),
                values.orNull(Keys.KAFKA_CERTIFICATE),
                values.orNull(Keys.KAFKA_KEY))
            : null;
    String bootstrap =
        values.get(Keys.KAFKA_BOOTSTRAP).stream()
            .map(HostPort::toString)
            .collect(Collectors.joining(","));
    return new KafkaSettings(bootstrap, new KafkaSecurity(login, tls), IN_FLIGHT);
  }

  private Login kafkaLogin() {
    Mechanism mechanism =
        Stream.of(Mechanism.values())
            .filter(each -> each.word().equals(values.get(Keys.KAFKA_MECHANISM)))
            .findFirst()
            .orElseThrow();
    return new Login(
        mechanism, new Credentials(values.get(Keys.KAFKA_USER), values.get(Keys.KAFKA_PASSWORD)));
  }

  public EtcdSettings etcd() {
    EtcdSettings.Login login =
        values
            .find(Keys.ETCD_USER)
            .map(user -> new EtcdSettings.Login(user, values.get(Keys.ETCD_PASSWORD)))
            .orElse(null);
    return new EtcdSettings(
        values.get(Keys.ETCD_ENDPOINTS),
        values.get(Keys.ETCD_PREFIX),
        login,
        new EtcdSettings.Tls(
            values.orNull(Keys.ETCD_AUTHORITY),
            values.orNull(Keys.ETCD_CERTIFICATE),
            values.orNull(Keys.ETCD_KEY)));
  }

  /** The bucket of the object storage; empty if that is a folder. */
  public Optional<S3Settings> bucket() {
    return values.find(Keys.STORAGE_BUCKET).map(this::bucket);
  }

  private S3Settings bucket(String name) {
    URI endpoint = values.orNull(Keys.STORAGE_ENDPOINT);
    return new S3Settings(
        endpoint,
        values.get(Keys.STORAGE_REGION),
        name,
        values.find(Keys.STORAGE_PREFIX).orElse(""),
        endpoint != null && !values.get(Keys.STORAGE_VIRTUAL_HOST),
        values
            .find(Keys.STORAGE_ACCESS_KEY)
            .map(key -> new S3Settings.Credentials(key, values.get(Keys.STORAGE_SECRET_KEY)))
            .orElse(null));
  }

  /** The folder of the object storage; empty if that is a bucket. */
  public Optional<Path> objects() {
    return values.find(Keys.STORAGE_FOLDER);
  }

  /** Where the roles of this process are reached by others. */
  public HostPort internal() {
    return values.get(Keys.INTERNAL_LISTEN);
  }

  /** The host that others reach this process by. */
  public String advertised() {
    return values.find(Keys.INTERNAL_ADVERTISE).orElseGet(() -> internal().host());
  }

  /** What roles show one another; executors may have another. */
  public Optional<String> internalToken() {
    return values.find(Keys.INTERNAL_TOKEN);
  }

  /** What executors show instead, if they do. */
  public Optional<String> executorToken() {
    return values.find(Keys.INTERNAL_EXECUTOR_TOKEN);
  }

  /** Signs the tokens of tasks; for gateways and runservices. */
  public Optional<String> taskKey() {
    return values.find(Keys.INTERNAL_TASK_KEY);
  }

  /** The files that hold secrets and private keys of this process. */
  public List<Path> secretFiles() {
    List<Path> files = new ArrayList<>(values.secretFiles());
    values.find(Keys.KAFKA_KEY).ifPresent(files::add);
    values.find(Keys.ETCD_KEY).ifPresent(files::add);
    return files;
  }

  public HostPort gatewayListen() {
    return values.get(Keys.GATEWAY_LISTEN);
  }

  /** Where people, git and tasks find the gateways. */
  public Optional<URI> gatewayUrl() {
    return values.find(Keys.GATEWAY_URL);
  }

  /** Where this gateway has the hosted repositories; empty if it has none. */
  public Optional<Path> repositories() {
    return values.get(Keys.GATEWAY_GIT)
        ? Optional.of(
            values.find(Keys.GATEWAY_GIT_FOLDER).orElseGet(() -> data().resolve("repositories")))
        : Optional.empty();
  }

  /** What this gateway lets in. */
  public EdgeLimits limits() {
    return EdgeLimits.DEFAULT.withRate(
        values.get(Keys.GATEWAY_RATE), values.get(Keys.GATEWAY_BURST));
  }

  public Optional<String> administratorToken() {
    return values.find(Keys.CONFIGSTORE_ADMINISTRATOR);
  }

  /** How an executor is to be. */
  public ExecutorOptions executor() {
    return new ExecutorOptions(
        values.find(Keys.EXECUTOR_ID),
        values.get(Keys.EXECUTOR_DRIVER),
        values.get(Keys.EXECUTOR_SLOTS),
        values.get(Keys.EXECUTOR_LOG_LIMIT),
        values.get(Keys.EXECUTOR_ALLOW_UNSANDBOXED),
        values.get(Keys.EXECUTOR_LEASE),
        values.get(Keys.EXECUTOR_DRAIN));
  }

  public Upkeep upkeep() {
    return new Upkeep(
        values.get(Keys.CHECKPOINT_EVERY),
        values.get(Keys.DUMP_EVERY),
        new Retention(
            values.get(Keys.EVENT_RETENTION),
            values.orNull(Keys.RUN_RETENTION),
            values.orNull(Keys.LOG_RETENTION)));
  }

  /** How it logs. */
  public LogOptions log() {
    return new LogOptions(
        values.get(Keys.LOG_TO), values.get(Keys.LOG_FORMAT), values.get(Keys.LOG_LEVEL));
  }

  /** Where its spans go; empty: nowhere. */
  public Optional<TraceOptions> traces() {
    return values
        .find(Keys.TRACES_ENDPOINT)
        .map(
            endpoint ->
                new TraceOptions(
                    endpoint,
                    values.get(Keys.TRACES_SAMPLE),
                    values.find(Keys.TRACES_HEADER).map(Header::parse).orElse(null)));
  }

  /**
   * How a process logs.
   *
   * @param to {@code file} or {@code stdout}
   * @param format {@code text} or {@code json}
   * @param level the least that is logged
   */
  public record LogOptions(String to, String format, String level) {}

  /**
   * How an executor is to be.
   *
   * @param id empty for one that is made
   * @param driver {@code host}, {@code host-plain} or {@code dummy}
   * @param logLimit in bytes
   * @param lease how long its tasks may go on when no sign of life of it lands
   * @param drain how long they may go on when it is asked to end
   */
  public record ExecutorOptions(
      Optional<String> id,
      String driver,
      int slots,
      long logLimit,
      boolean allowUnsandboxed,
      Duration lease,
      Duration drain) {}
}
