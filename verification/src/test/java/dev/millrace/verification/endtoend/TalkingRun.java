package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A run that prints, and keeps a copy of what it prints, until it is told to end; with a viewer
 * that follows its log from the first line on.
 */
final class TalkingRun {
  static final String TASK = "talk";

  private final Api api;
  private final String project;
  private final long number;
  private final Path copy;
  private final Path end;
  private final CountDownLatch heard = new CountDownLatch(20);
  private final CompletableFuture<byte[]> seen = new CompletableFuture<>();

  private TalkingRun(Api api, String project, long number, Path copy, Path end) {
    this.api = api;
    this.project = project;
    this.number = number;
    this.copy = copy;
    this.end = end;
  }

  /** Starts it and waits until the viewer has seen some lines. */
  static TalkingRun start(Api api, String project, Path folder) throws Exception {
    Path copy = folder.resolve("printed");
    Path end = folder.resolve("enough");
    String command =
        """
        i=0
        until [ -e '%s' ]; do
          i=$((i+1)); printf 'line %%d \\303\\251\\n' $i | tee -a '%s'; sleep 0.05
        done
        """
            .formatted(end, copy);
    String spec =
        """
        {"name": "talk", "tasks": [{"name": "talk", "steps": [
          {"type": "run", "name": "talk", "command": %s}]}]}
        """
            .formatted(Api.quote(command));
    long number = api.createRunInsistently(project, spec, "talking", () -> true).orElseThrow();
    var run = new TalkingRun(api, project, number, copy, end);
    api.await(project, number, shown -> !shown.at("/tasks/0/attempts/0/steps/0").isMissingNode());
    Thread.ofVirtual().start(run::view);
    assertThat(run.heard.await(60, TimeUnit.SECONDS)).as("the log is seen as it grows").isTrue();
    return run;
  }

  long number() {
    return number;
  }

  private void view() {
    var bytes = new ByteArrayOutputStream();
    try {
      api.followLog(
          project,
          number,
          TASK,
          0,
          line -> {
            bytes.writeBytes((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            heard.countDown();
          });
      seen.complete(bytes.toByteArray());
    } catch (Exception e) {
      seen.completeExceptionally(e);
    }
  }

  /** Lets it end; fails if the viewer or a later reader has got anything but what was printed. */
  void endsByteExact() throws Exception {
    assertThat(seen).as("the viewer still follows").isNotDone();
    Files.createFile(end);
    JsonNode run = api.awaitEnd(project, number);
    assertThat(run.get("result").asString()).as(run.toString()).isEqualTo("success");
    byte[] printed = Files.readAllBytes(copy);
    assertThat(seen.get(60, TimeUnit.SECONDS)).as("what the viewer saw").isEqualTo(printed);
    assertThat(api.logBytes(project, number, TASK, 0)).as("the log read later").isEqualTo(printed);
  }
}
