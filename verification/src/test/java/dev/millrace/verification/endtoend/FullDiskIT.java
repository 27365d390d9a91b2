package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A server whose data is on a small disk that fills up, and has room again. */
final class FullDiskIT {
  private static final long DISK = 400L << 20;
  private static final String[] OPTIONS = {"--driver", "dummy", "--min-free", "100M"};
  private static final String TASK =
      """
      {"name": "run", "tasks": [{"name": "t", "environment": {%s}, "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  @Test
  void aDiskThatIsNearlyFullIsSaidAndWorkGoesOnOnceThereIsRoom() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
        "this test needs root, to mount a disk");
    try (var installation = Spoken.installation()) {
      Path data = Files.createDirectories(installation.dataDirectory());
      run(installation, "mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", data.toString());
      try {
        fillAndEmpty(installation, data.resolve("ballast"));
      } finally {
        run(installation, "umount", "--lazy", data.toString());
      }
    }
  }

  private static void fillAndEmpty(Installation installation, Path ballast) throws Exception {
    RunningServer server = installation.upAndReady(OPTIONS);
    Api api = server.api();
    api.createProject("on");
    long slow = create(api, "\"MILLRACE_DUMMY_SLEEP\": \"5000\"");

    fill(ballast);
    String spec = TASK.formatted("");
    JsonNode refused = api.call("POST", "/projects/on/runs", spec, 503);
    assertThat(refused.get("code").asString()).isEqualTo("no-space");
    assertThat(refused.get("message").asString())
        .startsWith("only ")
        .contains(installation.dataDirectory() + ", where 100 MiB are kept free");
    assertThat(Api.isReady(installation.uri())).isFalse();
    assertThat(installation.millrace("status").out()).contains("takes nothing new: only ");
    Finished client = installation.millrace("project", "create", "another");
    assertThat(client.exit()).isEqualTo(75);
    assertThat(client.err()).contains("are kept free");
    assertThat(api.awaitEnd("on", slow).get("result").asString())
        .as("what was accepted before")
        .isEqualTo("success");

    Files.delete(ballast);
    assertThat(Api.isReady(installation.uri())).isTrue();
    api.awaitEnd("on", create(api, ""));

    server.kill();
    fill(ballast);
    server = installation.up(OPTIONS);
    awaitOutput(server, "nothing new is taken until there is more");
    assertThat(server.api().run("on", slow).get("result").asString()).isEqualTo("success");
    Files.delete(ballast);
    api.awaitEnd("on", create(server.api(), ""));
    server.stop();
  }

  private static long create(Api api, String environment) throws Exception {
    return api.call("POST", "/projects/on/runs", TASK.formatted(environment), 201)
        .at("/runs/0/number")
        .asLong();
  }

  /** Leaves half of what is to be kept free. */
  private static void fill(Path ballast) throws IOException {
    byte[] zeros = new byte[1 << 20];
    try (var out = Files.newOutputStream(ballast)) {
      while (Files.getFileStore(ballast).getUsableSpace() > 50L << 20) {
        out.write(zeros);
      }
    }
  }

  private static void awaitOutput(RunningServer server, String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!server.output().contains(text)) {
      assertThat(server.process().isAlive()).as(server.output()).isTrue();
      assertThat(System.nanoTime()).as(server.output()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void run(Installation installation, String... command) throws Exception {
    installation.run(installation.home(), List.of(command)).expectSuccess();
  }
}
