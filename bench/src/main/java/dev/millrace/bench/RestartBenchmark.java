package dev.millrace.bench;

import dev.millrace.datamanager.index.ArchiveFilling;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.PosixObjectStore;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** From the command to a server that is ready, without any run and with many that it has had. */
final class RestartBenchmark implements Benchmark {
  private static final int FINISHED = Integer.getInteger("bench.finished", 100_000);
  private static final int ARCHIVED = Integer.getInteger("bench.archived", 0);
  private static final int ACTIVE = Integer.getInteger("bench.active", 10_000);
  private static final int TOGETHER = 100;
  private static final int AHEAD = 2_000;
  private static final String[] OPTIONS = {
    "--driver", "dummy", "--slots", "256", "--checkpoint-every", "10s"
  };
  private static final Pattern NEWEST = Pattern.compile("the newest of (\\S+)");

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      installation.upAndReady(OPTIONS).stop();
      RunningServer server = installation.upAndReady(OPTIONS);
      figures.add("up_to_ready_again", seconds(server), "s");
      Api api = server.api();
      api.createProject("done");
      api.createProject("waits");
      create(api, "waits", ACTIVE, ", \"needs_approval\": true");
      for (int made = 0; made < FINISHED; made += AHEAD) {
        create(api, "done", Math.min(AHEAD, FINISHED - made), "");
        api.awaitQuiet(List.of("done"));
      }
      awaitCheckpoint(installation, Instant.now());
      server.stop();
      if (ARCHIVED > 0) {
        fill(installation.dataDirectory());
        server = installation.upAndReady(OPTIONS);
        figures.add("up_to_ready_restoring", seconds(server), "s");
        server.stop();
      }

      server = installation.upAndReady(OPTIONS);
      figures.add("up_to_ready_with_runs", seconds(server), "s");
      figures.add("rss_with_runs", server.residentMib(), "MiB");
      server.stop();
    }
  }

  /**
   * Archives many runs of years before, as if the server had had them, and takes its index away.
   */
  private static void fill(Path data) throws IOException {
    Path scratch = Files.createTempDirectory("millrace-filling-");
    Supplier<String> ids = () -> UUID.randomUUID().toString();
    try (var objects = PosixObjectStore.open(data.resolve("objects"), Clock.systemUTC(), ids)) {
      var coordination = new MemoryCoordinationStore(System::nanoTime);
      new ArchiveFilling(objects, coordination, scratch, ids, System::nanoTime)
          .write(() -> ArchivedRuns.sorted(ARCHIVED));
    }
    Files.delete(scratch);
    try (Stream<Path> files = Files.list(data.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static double seconds(RunningServer server) {
    return server.timeToReady().toMillis() / 1000.0;
  }

  private static void create(Api api, String project, int count, String more) throws Exception {
    String all =
        IntStream.range(0, TOGETHER)
            .mapToObj(
                i ->
                    """
                    {"name": "ci-%d", "tasks": [
                      {"name": "t"%s, "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
                    """
                        .formatted(i, more))
            .collect(Collectors.joining(",", "{\"runs\": [", "]}"));
    for (int made = 0; made < count; made += TOGETHER) {
      api.call("POST", "/projects/" + project + "/runs", all, 201);
    }
  }

  private static void awaitCheckpoint(Installation installation, Instant after) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < deadline) {
      String said =
          installation
              .millrace("doctor", "--data-dir", installation.dataDirectory().toString())
              .expectSuccess();
      Matcher newest = NEWEST.matcher(said);
      if (newest.find() && Instant.parse(newest.group(1)).isAfter(after)) {
        return;
      }
      Thread.sleep(1000);
    }
    throw new IllegalStateException("no checkpoint was made within five minutes");
  }
}
