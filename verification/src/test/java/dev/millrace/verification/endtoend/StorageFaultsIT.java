package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.endtoend.FaultyProxy.Way;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Removal;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Runs go on while the object storage and etcd are slow, failing, full or gone, and while the
 * server is killed between the writes of the archive: nothing is lost, nothing is there twice,
 * every log is whole. With {@code -Dfaults.runs=5000} of more runs.
 */
final class StorageFaultsIT {
  private static final int RUNS = Integer.getInteger("faults.runs", 500);
  private static final int TOGETHER = 10;
  private static final long FAULT_MILLIS = 3_000;

  @TempDir private Path directory;

  /** A server, what it stores to, and who has it make runs. */
  private record Scene(
      Installation installation, FaultyProxy proxy, EtcdProcess etcd, String... options) {
    RunningServer up() throws Exception {
      return installation.upAndReady(options);
    }
  }

  @Test
  void nothingIsLostAndNothingIsThereTwiceWhateverTheStorageDoes() throws Exception {
    long began = System.nanoTime();
    try (var s3 = S3Process.start(directory);
        var proxy = new FaultyProxy(s3.uri());
        var etcd = EtcdProcess.start(directory);
        var installation = S3IT.withKeys(Spoken.installation())) {
      s3.makeBucket("runs");
      var scene =
          new Scene(
              installation,
              proxy,
              etcd,
              "--driver",
              "dummy",
              "--slots",
              "16",
              "--checkpoint-every",
              "2s",
              "--etcd",
              etcd.uri().toString(),
              "--s3-bucket",
              "runs",
              "--s3-endpoint",
              proxy.uri().toString());
      RunningServer server = scene.up();
      server.api().createProject("on");
      Map<Long, Integer> acknowledged = new ConcurrentHashMap<>();
      var creating = CompletableFuture.runAsync(() -> create(installation, acknowledged));
      for (Way way : List.of(Way.SLOWLY, Way.ERROR, Way.BUSY, Way.FULL, Way.AWAY)) {
        disturb(scene, () -> proxy.go(way), () -> proxy.go(Way.THROUGH));
      }
      disturb(scene, etcd::kill, etcd::startAgain);
      server = killedWhenWritten(scene, server, "archive/runs/", true);
      server = killedWhenWritten(scene, server, "manifests/checkpoints/", false);
      creating.get(3, TimeUnit.MINUTES);
      server.api().awaitQuiet(List.of("on"));
      RunsInMemory.awaitAtMost(TOGETHER, server, Duration.ofMinutes(3));
      System.out.printf(
          "%d runs; requests through %d, slow %d, 500 %d, 503 %d, without room %d, unanswered %d;"
              + " objects written %d%n",
          acknowledged.size(),
          proxy.count(Way.THROUGH),
          proxy.count(Way.SLOWLY),
          proxy.count(Way.ERROR),
          proxy.count(Way.BUSY),
          proxy.count(Way.FULL),
          proxy.count(Way.AWAY),
          proxy.written());
      List<JsonNode> all = assertWhole(server.api(), acknowledged);

      server.stop();
      Removal.of(installation.dataDirectory().resolve("index"));
      server = scene.up();
      assertThat(server.api().runs("on")).as("what the archive knows").isEqualTo(all);
      server.stop();
      System.out.printf("took %d s%n", (System.nanoTime() - began) / 1_000_000_000);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  /** For a while something is not as it should be; when it is over, more is archived. */
  private static void disturb(Scene scene, Action begin, Action end) throws Exception {
    begin.run();
    // Not a wait for something: how long it lasts is the fault.
    TimeUnit.MILLISECONDS.sleep(FAULT_MILLIS);
    end.run();
    awaitWritten(scene.proxy());
  }

  private static void awaitWritten(FaultyProxy proxy) throws InterruptedException {
    int before = proxy.written();
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (proxy.written() < before + 2) {
      assertThat(System.nanoTime()).as("nothing is stored any more").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static RunningServer killedWhenWritten(
      Scene scene, RunningServer server, String where, boolean after) throws Exception {
    scene.proxy().once(where, after, () -> server.process().destroyForcibly());
    assertThat(server.process().waitFor(2, TimeUnit.MINUTES)).as("killed at %s", where).isTrue();
    return scene.up();
  }

  /** Runs whose logs are each of another length, which is told by their numbers. */
  private static void create(Installation installation, Map<Long, Integer> acknowledged) {
    try {
      Api api = new Api(installation.uri(), installation.token());
      for (int i = 0; i < RUNS; i += TOGETHER) {
        List<String> runs = new ArrayList<>();
        for (int j = i; j < i + TOGETHER; j++) {
          runs.add(run(bytes(j)));
        }
        String body = "{\"runs\": [" + String.join(",", runs) + "]}";
        List<Long> numbers = api.createRunsInsistently("on", body, "key-" + i, () -> true);
        for (int j = 0; j < TOGETHER; j++) {
          acknowledged.put(numbers.get(j), bytes(i + j));
        }
        // As many as there are seconds in which something is broken.
        TimeUnit.MILLISECONDS.sleep(800);
      }
    } catch (InterruptedException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int bytes(int i) {
    return 100 + 37 * i;
  }

  private static String run(int bytes) {
    return """
    {"name": "ci", "tasks": [{"name": "t", "steps": [
      {"type": "run", "name": "do", "command": "true", "environment": {
        "MILLRACE_DUMMY_SLEEP": "20", "MILLRACE_DUMMY_OUTPUT": "%d"}}]}]}
    """
        .formatted(bytes);
  }

  private static List<JsonNode> assertWhole(Api api, Map<Long, Integer> acknowledged)
      throws Exception {
    List<JsonNode> all = api.runs("on");
    assertThat(all.stream().map(run -> run.get("number").asLong()))
        .containsExactlyElementsOf(
            LongStream.iterate(RUNS, n -> n - 1).limit(RUNS).boxed().toList());
    assertThat(acknowledged.keySet()).hasSize(RUNS);
    int lost = 0;
    for (JsonNode listed : all) {
      long number = listed.get("number").asLong();
      JsonNode run = api.run("on", number);
      assertThat(run.get("phase").asString()).isEqualTo("finished");
      if (run.get("result").asString().equals("success")) {
        assertThat(api.logBytes("on", number, "t", 0))
            .as("the log of run %d", number)
            .isEqualTo(DummyOutput.of(acknowledged.getOrDefault(number, 0)));
      } else {
        assertThat(Outcome.lostOn(run)).as(run.toString()).isNotEmpty();
        lost++;
      }
    }
    System.out.printf("%d runs were on executors that were killed%n", lost);
    assertThat(lost).as("with two kills, of 16 slots").isLessThanOrEqualTo(32);
    return all;
  }
}
