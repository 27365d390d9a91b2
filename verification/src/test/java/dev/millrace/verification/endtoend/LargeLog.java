package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** A log that is archived and deleted from Kafka while it is still being written, and cut. */
final class LargeLog {
  /** How much is kept of what the task puts out: lines of 64 bytes. */
  static final String LIMIT = "20M";

  private static final int KEPT = 20 << 20;
  private static final int LINE = 64;
  private static final String RUN =
      """
      {"name": "ci", "tasks": [
        {"name": "talk", "environment": {"MILLRACE_DUMMY_OUTPUT": "30000000"},
         "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
      """;
  private static final String NOTICE =
      "\n[millrace] the output of this task was cut here: more than 20 MiB are not kept\n";
  private static final String PATH = "/projects/talks/runs/1/tasks/talk/logs";

  private final Installation installation;
  private byte[] whole = {};

  LargeLog(Installation installation) {
    this.installation = installation;
  }

  /** Returns once most of it is archived. */
  void write(RunningServer server) throws Exception {
    Api api = server.api();
    api.createProject("talks");
    api.call("POST", "/projects/talks/runs", RUN, 201);
    JsonNode ended = api.awaitEnd("talks", 1);
    assertThat(ended.get("result").asString()).as("the task goes on").isEqualTo("success");
    whole = api.logBytes("talks", 1, "talk", 0);
    assertThat(whole).hasSize(KEPT + NOTICE.length());
    assertThat(new String(whole, KEPT, NOTICE.length(), US_ASCII)).isEqualTo(NOTICE);
    assertThat(ended.at("/tasks/0/attempts/0/steps/0/log_bytes").asLong()).isEqualTo(whole.length);
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (files().isEmpty()) {
      assertThat(System.nanoTime()).as("it is archived").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private List<Path> files() throws IOException {
    Path folder = installation.dataDirectory().resolve("objects/objects/archive/logs");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Reads it in every way there is. */
  void read(RunningServer server) throws Exception {
    Api api = server.api();
    assertThat(api.logBytes("talks", 1, "talk", 0)).as("all of it").isEqualTo(whole);
    assertThat(api.bytes(PATH + "?from=12345678&to=19000000"))
        .as("some bytes")
        .isEqualTo(Arrays.copyOfRange(whole, 12_345_678, 19_000_000));
    assertThat(api.bytes(PATH + "?line=300000&lines=3"))
        .as("some lines")
        .isEqualTo(Arrays.copyOfRange(whole, 299_999 * LINE, 300_002 * LINE));
    assertThat(new String(api.bytes(PATH + "?tail=1"), US_ASCII)).isEqualTo(NOTICE.substring(1));
    byte[] zipped = api.bytes(PATH + "?download=gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes())
        .as("compressed")
        .isEqualTo(whole);
    assertThat(installation.millrace("logs", "talks/1", "talk", "--tail", "1").expectSuccess())
        .isEqualTo(NOTICE.substring(1));
  }

  /** The server must not run. */
  void lose() throws Exception {
    for (Path file : files()) {
      Files.delete(file);
    }
    var told =
        installation.millrace("doctor", "--data-dir", installation.dataDirectory().toString());
    assertThat(told.exit()).isEqualTo(1);
    assertThat(told.out())
        .containsPattern("it is missing; \\d+ entries, from log project/.*/1 talk");
  }

  /** Neither in the archive nor on Kafka is it, and that is said. */
  void isGone(RunningServer server) throws Exception {
    assertThat(server.api().call("GET", PATH, null, 410).get("message").asString())
        .contains("cannot be read from byte 0 on", "is missing");
  }
}
