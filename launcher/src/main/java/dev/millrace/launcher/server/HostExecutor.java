package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.ExecutorId;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.executor.ExecutorVerticle;
import dev.millrace.executor.HttpClaims;
import dev.millrace.executor.Incarnations;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.executor.drivers.DummyDriver;
import dev.millrace.executor.drivers.HostDriver;
import dev.millrace.executor.drivers.HostSettings;
import dev.millrace.executor.drivers.HostSettings.Isolation;
import dev.millrace.executor.drivers.Uptime;
import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.settings.Settings.ExecutorOptions;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** An executor on this machine, as the options want it. */
final class HostExecutor {
  private final ExecutorOptions options;
  private final Bus bus;
  private final Timing timing;
  private final Randomness random;
  private final MeterRegistry meters;
  private final Traces traces;
  private final FaultHandler faults;

  HostExecutor(
      ExecutorOptions options,
      Bus bus,
      Timing timing,
      Randomness random,
      MeterRegistry meters,
      Traces traces,
      FaultHandler faults) {
    this.options = options;
    this.bus = bus;
    this.timing = timing;
    this.random = random;
    this.meters = meters;
    this.traces = traces;
    this.faults = faults;
  }

  /**
   * Makes it; it is not deployed yet.
   *
   * @param work a directory of its own
   * @param id over its restarts
   * @param hidden what tasks must not see
   * @param gateway where tasks clone from
   * @param runservice where it claims them
   */
  ExecutorVerticle verticle(
      Path work, String id, List<Path> hidden, URI gateway, HttpCaller runservice)
      throws StartException {
    return new ExecutorVerticle(
        bus,
        ExecutorSettings.of(new ExecutorId(id), options.slots(), URI.create(gateway + "/git"))
            .withOutputLimit(options.logLimit())
            .withLease(options.lease())
            .withDrain(options.drain()),
        driver(work, hidden),
        new HttpClaims(runservice),
        timing,
        Uptime.ofThisMachine(),
        new Incarnations(work.resolve("incarnations"), random.ids()),
        random.ids(),
        meters,
        traces,
        faults);
  }

  private Driver driver(Path work, List<Path> hidden) throws StartException {
    return switch (options.driver()) {
      case "dummy" -> new DummyDriver(HostExecutor::after);
      case "host" ->
          host(work, hidden, options.allowUnsandboxed() ? Isolation.PREFERRED : Isolation.REQUIRED);
      case "host-plain" -> {
        if (!options.allowUnsandboxed()) {
          throw new StartException("--driver host-plain needs --allow-unsandboxed");
        }
        yield host(work, hidden, Isolation.NONE);
      }
      default ->
          throw new StartException(
              "there is no driver %s: host, host-plain or dummy".formatted(options.driver()));
    };
  }

  private Driver host(Path work, List<Path> hidden, Isolation isolation) {
    return new HostDriver(
        new HostSettings(
            work,
            isolation,
            hidden,
            List.of(Path.of(System.getProperty("java.home"))),
            Map.of("MILLRACE_JAVA_HOME", System.getProperty("java.home"))),
        new java.security.SecureRandom());
  }

  private static CompletionStage<Void> after(Duration time) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS));
  }

  /**
   * What tasks must not see: this person's home, what the server keeps, and the files with secrets.
   * What a link points to may be another file tomorrow, so that all of its folder is hidden.
   */
  static List<Path> hidden(Path dataDirectory, List<Path> secrets) {
    List<Path> hidden = new ArrayList<>(hidden(dataDirectory));
    for (Path secret : secrets) {
      Path file = secret.toAbsolutePath().normalize();
      Path folder = file.getParent();
      hidden.add(Files.isSymbolicLink(file) && folder != null ? folder : file);
    }
    return hidden.stream().distinct().toList();
  }

  /** What tasks must not see: this person's home, and what the server keeps. */
  static List<Path> hidden(Path dataDirectory) {
    List<Path> hidden = new ArrayList<>(List.of(dataDirectory.toAbsolutePath()));
    String[] homes = {
      System.getenv("HOME"),
      System.getProperty("user.home"),
      System.getenv("XDG_CONFIG_HOME"),
      System.getenv("XDG_DATA_HOME"),
      System.getenv("XDG_STATE_HOME")
    };
    for (String home : homes) {
      if (home != null && !home.isEmpty() && !home.equals("/")) {
        hidden.add(Path.of(home).toAbsolutePath());
      }
    }
    return hidden.stream().distinct().toList();
  }

  /** The id of the executor of a directory; made at its first start. */
  static String id(DataDirectory data, Randomness random) throws IOException {
    return data.secret("executor-id", () -> "local-" + random.ids().get());
  }
}
