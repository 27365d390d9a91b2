package dev.millrace.verification.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The local cluster for all tests that want one: to start it takes longer than most of them. It is
 * ended after the last test of all.
 */
final class SharedCluster implements ParameterResolver {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private record Started(LocalCluster cluster, Path directory) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try {
        cluster.close();
      } catch (Exception e) {
        throw new IOException("the local cluster does not end", e);
      }
      remove(directory);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalCluster.class;
  }

  @Override
  public LocalCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/etcd")) || "true".equals(System.getenv("CI")),
        "etcd is missing: apt-get install etcd-server");
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .computeIfAbsent(Started.class, _ -> start(), Started.class)
        .cluster();
  }

  private static Started start() {
    try {
      Path directory = Files.createTempDirectory("a cluster");
      var cluster =
          LocalCluster.start(
              directory, "--driver", "dummy", "--slots", "64", "--jvm", "-XX:TieredStopAtLevel=1");
      awaitAdministrator(cluster.api(1));
      return new Started(cluster, directory);
    } catch (Exception e) {
      throw new IllegalStateException("there is no local cluster", e);
    }
  }

  /** The configstore makes it once it decides. */
  private static void awaitAdministrator(Api api) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var _ = api.call("GET", "/user", null, 200);
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
