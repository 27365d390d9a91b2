package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningRole;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server whose ended runs are in a bucket, and whose bucket is away for a while. */
final class S3IT {
  private static final int TOGETHER = 500; // as many as are archived at once

  private static final String RUN =
      """
      {"name": "run", "tasks": [{"name": "t", "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  @TempDir private Path directory;

  @Test
  void runsAreArchivedInABucketAndWaitWhileItIsAway() throws Exception {
    try (var s3 = S3Process.start(directory);
        var etcd = EtcdProcess.start(directory);
        var installation = withKeys(Spoken.installation())) {
      s3.makeBucket("runs");
      String[] options = {
        "--driver", "dummy",
        "--slots", "32",
        "--etcd", etcd.uri().toString(),
        "--s3-bucket", "runs",
        "--s3-endpoint", s3.uri().toString(),
        "--s3-folder", "millrace"
      };
      RunningServer server = installation.upAndReady(options);
      server.api().createProject("on");
      runs(server.api());
      RunsInMemory.awaitAtMost(TOGETHER / 10, server); // an answer or two may still hold some
      int before = s3.objects("runs").size();
      assertThat(installation.dataDirectory().resolve("objects")).doesNotExist();

      s3.kill();
      runs(server.api());
      assertThat(server.api().runs("on")).as("without the bucket").hasSize(2 * TOGETHER);
      assertThat(server.api().call("GET", "/projects/on/runs/1", null, 503).get("code").asString())
          .isEqualTo("try-later");
      server.kill();
      Finished refused = installation.millrace(with("up", options));
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("bucket runs at " + s3.uri());

      s3.startAgain();
      server = installation.upAndReady(options);
      await(() -> s3.objects("runs").size() > before, "what waited is in the bucket");
      List<JsonNode> all = server.api().runs("on");
      assertThat(all).hasSize(2 * TOGETHER);
      assertThat(all).allMatch(run -> run.get("result").asString().equals("success"));
      assertThat(server.api().run("on", 1).get("result").asString()).isEqualTo("success");
      server.kill();

      server =
          installation.upAndReady(
              also(
                  options,
                  "--checkpoint-every",
                  "1s",
                  "--event-retention",
                  "0s",
                  "--without",
                  "scheduler"));
      RunningRole scheduler = installation.beside("scheduler").awaitReady();
      Api api = server.api();
      await(() -> areEventsGone(api), "the first events are deleted");
      scheduler.kill();
      installation.beside("scheduler").awaitReady();
      assertThat(end(api)).as("by one that began at a checkpoint").isEqualTo("success");
      server.stop();
    }
  }

  private static String[] also(String[] options, String... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
  }

  private static boolean areEventsGone(Api api) throws Exception {
    end(api); // more has to happen between two checkpoints
    try {
      return api.firstLine("/api/v1/events?after=").contains("are not kept any more");
    } catch (IOException cut) { // as events were deleted while they were read
      return false;
    }
  }

  private static String end(Api api) throws Exception {
    long run = api.call("POST", "/projects/on/runs", RUN, 201).at("/runs/0/number").asLong();
    return api.awaitEnd("on", run).get("result").asString();
  }

  @Test
  void aBucketThatCannotBeUsedIsNamedWithWhatIsWrong() throws Exception {
    try (var s3 = S3Process.start(directory);
        var installation = withKeys(Spoken.installation())) {
      String[] missing = {
        "up", "--s3-bucket", "none", "--s3-endpoint", s3.uri().toString(), "--driver", "dummy"
      };
      assertRefused(installation.millrace(missing), 1, "there is no such bucket");
      s3.makeBucket("none");
      installation.with("AWS_SECRET_ACCESS_KEY", "wrong");
      assertRefused(installation.millrace(missing), 1, "the credentials are wrong");
      try (var keyless = Installation.create().with("AWS_EC2_METADATA_DISABLED", "true")) {
        assertRefused(keyless.millrace(missing), 1, "no credentials are given");
      }
      assertRefused(
          installation.millrace("up", "--s3-bucket", "b", "--s3-region", ""), 2, "--s3-region is");
      assertRefused(
          installation.millrace("up", "--s3-endpoint", "http://127.0.0.1:1"),
          2,
          "the other options of S3 need --s3-bucket");
      assertRefused(
          installation.millrace("up", "--s3-bucket", "b", "--s3-endpoint", "localhost"),
          2,
          "--s3-endpoint is http://HOST:PORT");
      assertRefused(
          installation.millrace("up", "--s3-bucket", "b", "--s3-folder", "../x"), 2, "--s3-folder");
    }
  }

  private static void assertRefused(Finished refused, int exit, String why) {
    assertThat(refused.err()).contains(why);
    assertThat(refused.exit()).isEqualTo(exit);
  }

  static Installation withKeys(Installation installation) {
    return installation
        .with("AWS_ACCESS_KEY_ID", S3Process.ACCESS_KEY)
        .with("AWS_SECRET_ACCESS_KEY", S3Process.SECRET_KEY);
  }

  private static String[] with(String command, String... options) {
    String[] all = new String[options.length + 1];
    all[0] = command;
    System.arraycopy(options, 0, all, 1, options.length);
    return all;
  }

  private static void runs(Api api) throws Exception {
    for (int i = 0; i < TOGETHER / 100; i++) {
      String all = String.join(",", Collections.nCopies(100, RUN));
      api.call("POST", "/projects/on/runs", "{\"runs\": [" + all + "]}", 201);
    }
    api.awaitQuiet(List.of("on"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, String what) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(100);
    }
  }
}
