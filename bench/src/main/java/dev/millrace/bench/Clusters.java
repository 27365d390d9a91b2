package dev.millrace.bench;

import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What benchmarks do with the local cluster. */
final class Clusters {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Clusters() {}

  /** The configstore makes the first one once it decides. */
  static void awaitAdministrator(LocalCluster cluster) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var _ = cluster.api(1).call("GET", "/user", null, 200);
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** Has the executors of these numbers work so from now on. */
  static void setExecutors(LocalCluster cluster, String driver, int slots, int... numbers)
      throws Exception {
    for (int number : numbers) {
      String name = "executor-" + number;
      Path file = cluster.directory().resolve("config").resolve(name + ".yaml");
      String text =
          Files.readString(file)
              .replaceAll("  driver: .*\n", "  driver: " + driver + "\n")
              .replaceAll("  slots: .*\n", "  slots: " + slots + "\n");
      Files.writeString(
          file, text.contains("allow_unsandboxed") ? text : text + "  allow_unsandboxed: true\n");
      cluster.restart(name);
    }
  }

  static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
