package dev.millrace.verification.endtoend;

import dev.millrace.executor.ExecutorSettings;
import dev.millrace.gateway.EdgeLimits;
import dev.millrace.launcher.server.MillraceServer;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.settings.Upkeep;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code millrace up} that is killed the n-th time a crash point is reached. A process of its own.
 */
final class HaltingUp {
  private HaltingUp() {}

  /** The command that starts it; {@code up --data-dir D --port P} and more is added. */
  static List<String> command(CrashPoint point, int times) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Xmx512m",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        HaltingUp.class.getName(),
        point.name(),
        Integer.toString(times));
  }

  /** Point, times, {@code up --data-dir D --port P …}. */
  public static void main(String[] args) throws Exception {
    var point = CrashPoint.valueOf(args[0]);
    int times = Integer.parseInt(args[1]);
    List<String> options = List.of(args);
    var server =
        MillraceServer.start(
            new ServerOptions(
                Path.of(after(options, "--data-dir")),
                "127.0.0.1",
                Integer.parseInt(after(options, "--port")),
                false,
                Optional.empty(),
                true,
                after(options, "--driver"),
                4,
                ExecutorSettings.OUTPUT_LIMIT,
                Set.of(),
                OptionalLong.of(0),
                Optional.empty(),
                Optional.empty(),
                Upkeep.DEFAULT,
                EdgeLimits.DEFAULT,
                Optional.empty()),
            bus -> new HaltingBus(bus, point, times));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    Thread.currentThread().join();
  }

  private static String after(List<String> options, String name) {
    return options.get(options.indexOf(name) + 1);
  }
}
