package dev.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicsTest {
  @TempDir Path folder;

  @Test
  void onlyTheClusterHasToBeNamed() throws IOException {
    var nothing = file("kafka: {security: plaintext}");
    assertRefused(Exit.USAGE, "kafka.bootstrap is needed: ", "--config", nothing);
    var noUser = file("kafka: {bootstrap: [10.0.0.1:9092]}");
    assertRefused(Exit.USAGE, "kafka.user and kafka.password are needed", "--config", noUser);
    assertRefused(Exit.USAGE, "--config");
  }

  @Test
  void brokersThatAreNotThereAreNamed() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var config = file("kafka: {bootstrap: [127.0.0.1:%d], security: plaintext}".formatted(port));
    assertRefused(
        Exit.REJECTED,
        "Kafka at 127.0.0.1:%d: nobody takes connections there".formatted(port),
        "--config",
        config,
        "--within",
        "1s");
  }

  @Test
  void numbersThatCannotBeAreRefused() throws IOException {
    var config = file("kafka: {bootstrap: [127.0.0.1:1], security: plaintext}");
    assertRefused(Exit.USAGE, "--partitions: from", "--config", config, "--partitions", "0");
    assertRefused(Exit.USAGE, "--within is a time", "--config", config, "--within", "soon");
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text).toString();
  }

  private void assertRefused(int exit, String why, String... arguments) {
    var all = new String[arguments.length + 1];
    all[0] = "topics";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    var ran = new Home(folder).millrace(all);
    assertThat(ran.err()).contains(why);
    assertThat(ran.exit()).isEqualTo(exit);
    assertThat(ran.out()).isEmpty();
  }
}
