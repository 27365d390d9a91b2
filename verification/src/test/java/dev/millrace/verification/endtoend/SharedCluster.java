package dev.millrace.verification.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The local cluster for all tests that want one: to start it takes longer than most of them. It
 * sends its traces to a receiver, which a test may have too. Both are ended after the last test of
 * all.
 */
final class SharedCluster implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == LocalCluster.class || type == TraceReceiver.class;
  }

  @Override
  public AutoCloseable resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/etcd")) || "true".equals(System.getenv("CI")),
        "etcd is missing: apt-get install etcd-server");
    Store store = context.getRoot().getStore(Namespace.GLOBAL);
    var receiver = store.computeIfAbsent(TraceReceiver.class, _ -> receiver(), TraceReceiver.class);
    return parameter.getParameter().getType() == TraceReceiver.class
        ? receiver
        : store.computeIfAbsent(LocalCluster.class, _ -> start(receiver), LocalCluster.class);
  }

  private static TraceReceiver receiver() {
    try {
      return new TraceReceiver();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LocalCluster start(TraceReceiver receiver) {
    try {
      return LocalCluster.temporary(
          "--driver",
          "dummy",
          "--slots",
          "64",
          "--jvm",
          "-XX:TieredStopAtLevel=1",
          "--traces",
          receiver.uri().toString());
    } catch (Exception e) {
      throw new IllegalStateException("there is no local cluster", e);
    }
  }
}
