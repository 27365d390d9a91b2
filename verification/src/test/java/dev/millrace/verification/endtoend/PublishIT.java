package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The example of a program that publishes commands itself, with what {@code up} prints for it. */
final class PublishIT {
  private static final Pattern ACCESS =
      Pattern.compile("bootstrap (\\S+), user (\\S+), password (\\S+) ");

  @Test
  void theExampleCreatesARunByARecordAndReadsItsDecision() throws Exception {
    try (var installation = Spoken.installation()) {
      String address = "127.0.0.1:" + freePort();
      RunningServer server =
          installation.upAndReady("--kafka-listen", address, "--driver", "dummy");
      Matcher access = ACCESS.matcher(server.output());
      assertThat(access.find()).as("access is told in: %s", server.output()).isTrue();
      assertThat(access.group(1)).isEqualTo(address);
      Api api = server.api();
      api.createProject("published");
      String project = api.call("GET", "/projects/published", null, 200).get("id").asString();
      String user = api.call("GET", "/user", null, 200).get("id").asString();

      Finished accepted =
          publish(installation, address, access.group(2), access.group(3), project, user);
      assertThat(accepted.out()).contains("published command ").endsWith("accepted\n");
      assertThat(accepted.out()).contains("\"type\":\"run-created\"");
      assertThat(accepted.exit()).isZero();
      JsonNode run = api.awaitEnd("published", 1);
      assertThat(run.get("name").asString()).isEqualTo("published");
      assertThat(run.get("result").asString()).isEqualTo("success");
      assertThat(run.at("/annotations/trigger").asString()).isEqualTo("topic");

      Finished wrong =
          publish(installation, address, access.group(2), "0".repeat(43), project, user);
      assertThat(wrong.exit()).as("with a wrong password").isNotZero();
      assertThat(api.runs("published")).hasSize(1);
      server.stop();
    }
  }

  private static Finished publish(Installation installation, String... arguments) throws Exception {
    Path example = root().resolve("examples/publish/run");
    var command = new ArrayList<>(List.of(example.toString()));
    command.addAll(List.of(arguments));
    return installation.run(installation.home(), command);
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("examples/publish/run"))) {
        return at;
      }
    }
    throw new IllegalStateException("there are no examples at or above " + here);
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
