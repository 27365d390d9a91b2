package dev.millrace.launcher.server;

import dev.millrace.executor.ExecutorSettings;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings.ExecutorOptions;
import dev.millrace.launcher.settings.TraceOptions;
import dev.millrace.launcher.settings.Upkeep;
import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.storage.objects.S3Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What {@code millrace up} was asked for.
 *
 * @param dataDirectory everything that is kept
 * @param host where the public interface listens
 * @param port its port
 * @param portMayMove if the port is taken, another is as good
 * @param kafkaListen {@code HOST:PORT} where programs outside may reach the broker; empty: nowhere
 * @param allowUnsandboxed steps may run as plain processes where there is no sandbox
 * @param driver {@code host}: in the sandbox if there is one; {@code host-plain}: plain processes;
 *     {@code dummy}: nothing is run, for tests and benchmarks
 * @param slots how many tasks run at once
 * @param logLimit how many bytes of the output of an attempt at a task are kept
 * @param without roles that run elsewhere
 * @param minFree how many bytes are kept free on the disk of the data directory; empty: the default
 * @param etcd what coordinates instead of files in the data directory; empty: nothing
 * @param s3 where objects are kept instead of the data directory; empty: nowhere
 * @param upkeep how its ledgers are kept small
 * @param limits what its gateway lets in
 * @param traces where spans go; empty: nowhere
 */
public record ServerOptions(
    Path dataDirectory,
    String host,
    int port,
    boolean portMayMove,
    Optional<String> kafkaListen,
    boolean allowUnsandboxed,
    String driver,
    int slots,
    long logLimit,
    Set<Role> without,
    OptionalLong minFree,
    Optional<EtcdSettings> etcd,
    Optional<S3Settings> s3,
    Upkeep upkeep,
    EdgeLimits limits,
    Optional<TraceOptions> traces) {
  public ServerOptions {
    without = Set.copyOf(without);
  }

  /** How its executor is to be. */
  ExecutorOptions executor() {
    return new ExecutorOptions(
        Optional.empty(),
        driver,
        slots,
        logLimit,
        allowUnsandboxed,
        ExecutorSettings.LEASE,
        Duration.ZERO);
  }

  /** Of somebody who only opens what a server keeps. */
  public static ServerOptions ofStores(
      Path dataDirectory, Optional<EtcdSettings> etcd, Optional<S3Settings> s3) {
    return new ServerOptions(
        dataDirectory,
        "127.0.0.1",
        0,
        false,
        Optional.empty(),
        false,
        "dummy",
        1,
        0,
        Set.of(),
        OptionalLong.empty(),
        etcd,
        s3,
        Upkeep.DEFAULT,
        EdgeLimits.DEFAULT,
        Optional.empty());
  }

  /** Of a role that runs beside a server, and needs to know no more than this. */
  public static ServerOptions ofRole(
      Path dataDirectory, boolean allowUnsandboxed, String driver, int slots, long logLimit) {
    return new ServerOptions(
        dataDirectory,
        "127.0.0.1",
        0,
        false,
        Optional.empty(),
        allowUnsandboxed,
        driver,
        slots,
        logLimit,
        Set.of(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Upkeep.DEFAULT,
        EdgeLimits.DEFAULT,
        Optional.empty());
  }

  /** The same on any free port. */
  ServerOptions onAnyPort() {
    return new ServerOptions(
        dataDirectory,
        host,
        0,
        false,
        kafkaListen,
        allowUnsandboxed,
        driver,
        slots,
        logLimit,
        without,
        minFree,
        etcd,
        s3,
        upkeep,
        limits,
        traces);
  }
}
