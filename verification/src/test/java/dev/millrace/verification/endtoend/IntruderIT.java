package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A task that wants more than it is given: to read the server's tokens and keys, to call its inner
 * interfaces, to list topics and to write to the ledger. It knows where all of that is, and has a
 * Kafka client with it. In the sandbox it gets nothing; a plain process has the rights of the
 * server's user to files, but none on the broker without the credentials.
 */
final class IntruderIT {
  private static final String NONE = "-";
  private static final List<String> CLIENT = List.of("kafka-clients-", "slf4j-api-");

  @Test
  void inTheSandboxATaskGetsNothingOfTheServers() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/bwrap")) || "true".equals(System.getenv("CI")),
        "needs bubblewrap");
    try (var installation = Spoken.installation()) {
      RunningServer server = installation.upAndReady("--driver", "host");
      List<String> tried = tried(server, installation);
      assertThat(tried).filteredOn(line -> line.startsWith("could")).isEmpty();
      assertThat(tried).contains("done");
      assertThat(tried)
          .filteredOn(line -> line.startsWith("refused: read"))
          .as("files that were tried")
          .hasSize(secrets(installation).size());
      server.stop();
    }
  }

  @Test
  void aPlainProcessGetsNothingFromTheBrokerAndWhoeverHasTheCredentialsDoes() throws Exception {
    try (var installation = Installation.create()) {
      RunningServer server =
          installation.upAndReady("--driver", "host-plain", "--allow-unsandboxed");
      assertThat(server.output()).contains("plain processes with all rights of this user");
      List<String> tried = tried(server, installation);
      assertThat(tried).contains("done");
      assertThat(tried)
          .filteredOn(line -> line.startsWith("could") && !line.startsWith("could read"))
          .isEmpty();

      // The same program with what the server has: else it would be no wonder that it failed.
      var connection = Connection.of(installation.dataDirectory()).orElseThrow();
      List<String> command =
          new ArrayList<>(List.of(java(), "-cp", String.join(File.pathSeparator, client())));
      command.add(program().toString());
      command.addAll(
          arguments(installation, connection.kafkaPassword(), connection.internalToken()));
      List<String> owner =
          installation.run(installation.home(), command).expectSuccess().lines().toList();
      assertThat(owner)
          .contains("could list topics as millrace", "could write to run-events as millrace")
          .contains("could list runs with a token");
      for (Path secret : secrets(installation)) {
        assertThat(owner).contains("could read " + secret);
      }
      server.kill(); // what was written to the ledger does not belong there
    }
  }

  @Test
  void whatIsSecretIsInFilesThatOnlyTheOwnerMayRead() throws Exception {
    try (var installation = Spoken.installation()) {
      RunningServer server = installation.upAndReady("--driver", "dummy");
      for (Path secret : secrets(installation)) {
        String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(secret));
        assertThat(rights)
            .as("%s", secret)
            .isEqualTo(Files.isDirectory(secret) ? "rwx------" : "rw-------");
      }
      server.stop();
    }
  }

  /** What the task tried, and what came of it. */
  private static List<String> tried(RunningServer server, Installation installation)
      throws Exception {
    Api api = server.api();
    api.createProject("curious");
    var repository = GitRepository.of(installation, "curious", "user/admin/curious");
    Path work = installation.home().resolve("work-curious");
    for (String jar : client()) {
      Files.createDirectories(work.resolve("lib"));
      Files.copy(Path.of(jar), work.resolve("lib").resolve(Path.of(jar).getFileName()));
    }
    Files.copy(program(), work.resolve("Intruder.java"));
    String command =
        "exec $MILLRACE_JAVA_HOME/bin/java -Xmx96m -cp 'lib/*' Intruder.java "
            + String.join(" ", arguments(installation, NONE, NONE));
    repository.write(
        ".millrace/config.json",
        """
        {"runs": [{"name": "look", "tasks": [{"name": "try", "steps": [
          "clone", {"run": %s}]}]}]}
        """
            .formatted(Api.quote(command)));
    repository.commit("curious");
    repository.push("main").expectSuccess();
    JsonNode run = api.awaitEnd("curious", 1);
    String log = api.log("curious", 1, "try", 1);
    assertThat(run.get("result").asString()).as("%s", log).isEqualTo("success");
    return log.lines().filter(line -> line.matches("(could |refused: |done).*")).toList();
  }

  private static List<String> arguments(Installation installation, String password, String token)
      throws Exception {
    var connection = Connection.of(installation.dataDirectory()).orElseThrow();
    List<String> arguments =
        new ArrayList<>(List.of(connection.kafka(), connection.kafkaUser(), password));
    arguments.addAll(List.of(connection.runservice().toString(), token));
    secrets(installation).forEach(path -> arguments.add(path.toString()));
    return arguments;
  }

  /** The server's files that nobody else may see, and the client's. */
  private static List<Path> secrets(Installation installation) throws Exception {
    Path data = installation.dataDirectory();
    List<Path> secrets = new ArrayList<>(List.of(data.resolve("secrets"), data.resolve("kafka")));
    secrets.add(data.resolve("connection.json"));
    secrets.add(installation.home().resolve(".config/millrace/client.json"));
    try (Stream<Path> files = Files.list(data.resolve("secrets"))) {
      secrets.addAll(files.sorted().toList());
    }
    assertThat(secrets).hasSizeGreaterThan(6);
    return secrets;
  }

  private static Path program() throws Exception {
    return Path.of(
        Objects.requireNonNull(IntruderIT.class.getResource("/intruder/Intruder.java")).toURI());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The class path of a Kafka client. */
  private static List<String> client() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> found =
        Stream.of(all.split(File.pathSeparator))
            .filter(
                path ->
                    CLIENT.stream().anyMatch(Path.of(path).getFileName().toString()::startsWith))
            .distinct()
            .toList();
    assertThat(found).hasSize(CLIENT.size());
    return found;
  }
}
