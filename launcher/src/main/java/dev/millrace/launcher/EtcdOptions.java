package dev.millrace.launcher;

import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.storage.coordination.EtcdSettings.Login;
import dev.millrace.storage.coordination.EtcdSettings.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name an etcd cluster. A password is never one: others see them. */
final class EtcdOptions {
  private static final String PASSWORD = "MILLRACE_ETCD_PASSWORD";

  @Option(
      names = "--etcd",
      paramLabel = "URL",
      split = ",",
      description =
          "Coordinate through etcd instead of files: http(s)://HOST:PORT of its members, with"
              + " commas between.")
  List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--etcd-prefix",
      paramLabel = "PREFIX",
      description =
          "Before all keys; another one for each installation. ${DEFAULT-VALUE} if not given.")
  String prefix = "millrace";

  @Option(
      names = "--etcd-ca",
      paramLabel = "FILE",
      description = "Certificates (PEM) that the members' are checked against.")
  @Nullable Path authority;

  @Option(
      names = "--etcd-cert",
      paramLabel = "FILE",
      description = "The certificate (PEM) to show to etcd; with --etcd-key.")
  @Nullable Path certificate;

  @Option(names = "--etcd-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8).")
  @Nullable Path key;

  @Option(
      names = "--etcd-user",
      paramLabel = "NAME",
      description = "A user of etcd; the password is taken from the variable " + PASSWORD + ".")
  @Nullable String user;

  /** Empty if no cluster is named. */
  Optional<EtcdSettings> settings(Map<String, String> variables) {
    if (endpoints.isEmpty()) {
      if (authority != null || certificate != null || key != null || user != null) {
        throw new Refused(Exit.USAGE, "the other options of etcd need --etcd");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(
          new EtcdSettings(
              endpoints.stream().map(URI::create).toList(),
              prefix,
              login(variables),
              new Tls(authority, certificate, key)));
    } catch (IllegalArgumentException e) {
      throw new Refused(Exit.USAGE, "--etcd: " + e.getMessage());
    }
  }

  private @Nullable Login login(Map<String, String> variables) {
    if (user == null) {
      return null;
    }
    String password = variables.get(PASSWORD);
    if (password == null) {
      throw new Refused(Exit.USAGE, "--etcd-user needs the password in the variable " + PASSWORD);
    }
    return new Login(user, password);
  }
}
