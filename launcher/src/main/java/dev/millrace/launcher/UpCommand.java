package dev.millrace.launcher;

import dev.millrace.datamanager.Retention;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.launcher.client.Screen.Colour;
import dev.millrace.launcher.client.SignedIn;
import dev.millrace.launcher.server.KafkaAccess;
import dev.millrace.launcher.server.MillraceServer;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import dev.millrace.launcher.settings.HostPort;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.TraceOptions;
import dev.millrace.launcher.settings.Upkeep;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description = "Start a server on this machine; Ctrl-C, or millrace down, stops it.",
    footer = {
      "",
      "The first start makes an administrator, prints the token once and signs this client in.",
      "Everything is kept in the data folder and is there again after the next start.",
      "Examples:",
      "  millrace up --demo",
      "  millrace up --listen 0.0.0.0:8080 --data-dir /srv/millrace",
      "  millrace up --kafka-listen 127.0.0.1:9092     programs may publish commands (see"
          + " examples/publish)",
      "  millrace up --without executor                then, beside it: millrace executor"
    })
final class UpCommand implements Callable<Integer> {
  static final int PORT = 7420;
  private static final int MOST_REQUESTS = 1_000_000;
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where people and git reach it; 127.0.0.1:7420 if not given.")
  @Nullable String listen;

  @Option(names = "--port", paramLabel = "PORT", description = "Only another port.")
  @Nullable Integer port;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "What it keeps; $XDG_DATA_HOME/millrace, or ~/.local/share/millrace.")
  @Nullable Path dataDir;

  @Option(
      names = "--demo",
      description =
          "Also make a project that builds itself, push it, and show the log of its run. Takes"
              + " another port if 7420 is taken.")
  boolean demo;

  @Option(
      names = "--kafka-listen",
      paramLabel = "HOST:PORT",
      description = "Let other programs publish commands about runs on Kafka, and read the events.")
  @Nullable String kafkaListen;

  @Option(
      names = "--allow-unsandboxed",
      description = "Run tasks as plain processes if there is no sandbox (bubblewrap).")
  boolean allowUnsandboxed;

  @Option(
      names = "--driver",
      paramLabel = "DRIVER",
      description =
          "host (in a sandbox if there is one), host-plain (plain processes), or dummy (runs"
              + " nothing, for tests); ${DEFAULT-VALUE} if not given.")
  String driver = "host";

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "How many tasks run at once; ${DEFAULT-VALUE} if not given.")
  int slots = Math.max(4, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--log-limit",
      paramLabel = "SIZE",
      description =
          "How much of the output of a task is kept, as 100M or 2G; the rest is discarded, which a"
              + " line in its log says. ${DEFAULT-VALUE} if not given.")
  String logLimit = "256M";

  @Option(
      names = "--without",
      paramLabel = "ROLE",
      split = ",",
      description = "Parts that run as processes of their own: scheduler, executor.")
  List<String> without = new ArrayList<>();

  @Option(
      names = "--min-free",
      paramLabel = "SIZE",
      description =
          "Take nothing new while less than this is free on the disk of the data folder, as 500M"
              + " or 2G; 1G or a twentieth of the disk if not given, whichever is more.")
  @Nullable String minFree;

  @Option(
      names = "--event-retention",
      paramLabel = "TIME",
      description =
          "How long events can be read at least, as 12h or 7d; older ones are deleted once they are"
              + " in checkpoints. ${DEFAULT-VALUE} if not given.")
  String eventRetention = "7d";

  @Option(
      names = "--run-retention",
      paramLabel = "TIME",
      description =
          "How long runs are kept after their end, as 90d; they are kept for ever if not given.")
  @Nullable String runRetention;

  @Option(
      names = "--log-retention",
      paramLabel = "TIME",
      description = "How long logs are kept, as 30d; as long as their runs if not given.")
  @Nullable String logRetention;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      description =
          "How often what has not ended is written down, so that a start need not read what came"
              + " before, as 30s or 5m; ${DEFAULT-VALUE} if not given.")
  String checkpointEvery = "5m";

  @Option(
      names = "--dump-every",
      paramLabel = "TIME",
      description =
          "How often the index of ended runs is dumped, so that a server that has lost it need not"
              + " read all of them, as 30s or 5m; ${DEFAULT-VALUE} if not given.")
  String dumpEvery = "5m";

  @Option(
      names = "--request-rate",
      paramLabel = "N",
      description =
          "How many requests a second a user may make in the long run, and twice as many at once;"
              + " who is not signed in, a tenth. ${DEFAULT-VALUE} if not given.")
  int requestRate = EdgeLimits.DEFAULT.rate();

  @Option(
      names = "--traces",
      paramLabel = "URL",
      description =
          "Where to send a trace of every run (OTLP over HTTP), as http://127.0.0.1:4318; nowhere"
              + " if not given.")
  @Nullable URI traces;

  @Mixin EtcdOptions etcd = new EtcdOptions();

  @Mixin S3Options s3 = new S3Options();

  @Mixin ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "With --config: which roles this process has; all if not given.")
  List<String> roles = new ArrayList<>();

  private final Environment environment;

  UpCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (config.isGiven()) {
      return ClusterStart.run(environment, config, Role.named(roles));
    }
    if (!roles.isEmpty()) {
      throw new Refused(
          Exit.USAGE, "--roles needs --config; --without leaves roles out of a server");
    }
    ServerOptions options = options();
    Path log = Log.to(options.dataDirectory(), "server.log");
    MillraceServer server = start(options);
    Shutdown shutdown = Shutdown.of(server, environment.screen());
    awaitReady(server);
    Optional<String> firstToken = server.firstToken();
    if (firstToken.isPresent()) {
      signIn(server, firstToken.get(), options.dataDirectory());
    }
    greet(server, options, log, firstToken);
    if (demo) {
      new Demo(environment, server.uri(), options.dataDirectory()).run();
    }
    shutdown.await();
    return Exit.OK;
  }

  private static void awaitReady(MillraceServer server) throws InterruptedException {
    try {
      server.awaitReady(READY_WITHIN);
    } catch (StartException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
  }

  private static MillraceServer start(ServerOptions options) {
    try {
      return MillraceServer.start(options, bus -> bus);
    } catch (StartException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
  }

  private ServerOptions options() {
    HostPort address = listen == null ? new HostPort("127.0.0.1", PORT) : Address.parse(listen);
    if (slots < 1) {
      throw new Refused(Exit.USAGE, "--slots is a number from 1 on");
    }
    if (!List.of("host", "host-plain", "dummy").contains(driver)) {
      throw new Refused(Exit.USAGE, "--driver is host, host-plain or dummy, not " + driver);
    }
    return new ServerOptions(
        environment.folders().data(dataDir),
        address.host(),
        port == null ? address.port() : port,
        demo && listen == null && port == null,
        Optional.ofNullable(kafkaListen),
        allowUnsandboxed || demo,
        driver,
        slots,
        Bytes.parse("--log-limit", logLimit),
        apart(),
        minFree == null
            ? OptionalLong.empty()
            : OptionalLong.of(Bytes.parse("--min-free", minFree)),
        etcd.settings(environment.variables()),
        s3.settings(),
        upkeep(),
        limits(),
        traces());
  }

  private Optional<TraceOptions> traces() {
    if (traces == null) {
      return Optional.empty();
    }
    boolean web = "http".equals(traces.getScheme()) || "https".equals(traces.getScheme());
    if (!web || traces.getHost() == null) {
      throw new Refused(Exit.USAGE, "--traces is http(s)://HOST:PORT, not " + traces);
    }
    return Optional.of(TraceOptions.to(traces));
  }

  private EdgeLimits limits() {
    if (requestRate < 1 || requestRate > MOST_REQUESTS) {
      throw new Refused(Exit.USAGE, "--request-rate is a number from 1 to " + MOST_REQUESTS);
    }
    return EdgeLimits.DEFAULT.withRate(requestRate, 2 * requestRate);
  }

  private static @Nullable Duration optional(String option, @Nullable String text) {
    return text == null ? null : Durations.parse(option, text);
  }

  private Upkeep upkeep() {
    return new Upkeep(
        period("--checkpoint-every", checkpointEvery),
        period("--dump-every", dumpEvery),
        new Retention(
            Durations.parse("--event-retention", eventRetention),
            optional("--run-retention", runRetention),
            optional("--log-retention", logRetention)));
  }

  private static Duration period(String option, String text) {
    Duration every = Durations.parse(option, text);
    if (every.isZero()) {
      throw new Refused(Exit.USAGE, option + " is at least 1s");
    }
    return every;
  }

  private Set<Role> apart() {
    Set<Role> apart = EnumSet.noneOf(Role.class);
    for (String word : without) {
      switch (word.strip().toLowerCase(Locale.ROOT)) {
        case "scheduler" -> apart.add(Role.SCHEDULER);
        case "executor" -> apart.add(Role.EXECUTOR);
        default ->
            throw new Refused(
                Exit.USAGE, "--without takes scheduler and executor, not " + word.strip());
      }
    }
    return apart;
  }

  /** A file that signs the client in elsewhere is kept beside the new one. */
  private void signIn(MillraceServer server, String token, Path folder) throws IOException {
    Path file = environment.folders().clientFile();
    if (Files.exists(file)) {
      Path before = file.resolveSibling("client.json.before");
      Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
      environment.screen().err().println("this client was signed in elsewhere; kept in " + before);
    }
    new SignedIn(server.uri(), token, folder).write(file);
    server.firstTokenTold();
  }

  private void greet(
      MillraceServer server, ServerOptions options, Path log, Optional<String> firstToken) {
    var screen = environment.screen();
    var out = screen.out();
    out.printf(
        "Millrace %s is ready: %s%n",
        Version.text(), screen.in(Colour.BOLD, server.uri().toString()));
    out.println("  data: " + options.dataDirectory());
    out.println("  log:  " + log);
    out.println("  metrics, for Prometheus: " + server.metrics());
    server.notices().forEach(notice -> out.println("  note: " + notice));
    if (server.kafkaAccess().isPresent()) {
      KafkaAccess kafka = server.kafkaAccess().get();
      out.printf(
          "  Kafka for other programs: bootstrap %s, user %s, password %s (SASL_PLAINTEXT,"
              + " PLAIN)%n",
          kafka.bootstrap(), kafka.user(), kafka.password());
    }
    if (firstToken.isPresent()) {
      if (!demo) {
        out.println("  the administrator's token, shown only now: " + firstToken.get());
      }
      out.println("  this client is signed in as admin");
    }
    if (!demo) {
      out.println("next: " + environment.command() + " project create NAME");
      out.println("Ctrl-C stops the server.");
    }
  }
}
