package dev.millrace.verification.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.verification.installation.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The local cluster for all tests that want one: to start it takes longer than most of them. It is
 * ended after the last test of all.
 */
final class SharedCluster implements ParameterResolver {
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
        .computeIfAbsent(LocalCluster.class, _ -> start(), LocalCluster.class);
  }

  private static LocalCluster start() {
    try {
      return LocalCluster.temporary(
          "--driver", "dummy", "--slots", "64", "--jvm", "-XX:TieredStopAtLevel=1");
    } catch (Exception e) {
      throw new IllegalStateException("there is no local cluster", e);
    }
  }
}
