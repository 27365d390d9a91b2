package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a thousand runs of three tasks with logs cost the object storage, with the defaults. Nothing
 * is deleted there within an hour, so what is there is all that was written.
 */
final class ArchiveBenchmark implements Benchmark {
  private static final int RUNS = 1_000;
  private static final double A_SECOND = Integer.getInteger("bench.rate", 50);
  // Longer than anything waits to be archived.
  private static final Duration QUIET = Duration.ofSeconds(90);
  private static final String RUN =
      IntStream.range(0, 3)
          .mapToObj(
              i ->
                  """
                  {"name": "t%d", "environment": {"MILLRACE_DUMMY_OUTPUT": "4096"},
                   "steps": [{"type": "run", "name": "do", "command": "true"}]}
                  """
                      .formatted(i))
          .collect(Collectors.joining(",", "\"tasks\": [", "]"));

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      RunningServer server = installation.upAndReady("--driver", "dummy", "--slots", "32");
      server.api().createProject("bench");
      try (var storage = StorageView.of(installation)) {
        int before = storage.all().size();
        var created =
            Load.offer(
                server.api(),
                List.of("bench"),
                RUNS,
                A_SECOND,
                i -> "{\"name\": \"bench-%d\", %s}".formatted(i, RUN).getBytes(UTF_8));
        LatencyBenchmark.awaitAll(server.api(), created);
        List<ObjectInfo> all = quiet(storage);
        figures.add("puts", all.size() - before, "objects");
        List<ObjectInfo> archive =
            all.stream().filter(object -> object.path().startsWith("archive/")).toList();
        figures.add("puts_of_archive_files", archive.size(), "objects");
        figures.add("bytes_per_run", bytes(archive) / (double) RUNS, "bytes");
        figures.add(
            "write_amplification", bytes(archive) / (double) storage.report().bytes(), "times");
      }
      server.stop();
    }
  }

  private static long bytes(List<ObjectInfo> objects) {
    return objects.stream().mapToLong(ObjectInfo::size).sum();
  }

  private static List<ObjectInfo> quiet(StorageView storage) throws InterruptedException {
    List<ObjectInfo> all = storage.all();
    long since = System.nanoTime();
    while (System.nanoTime() - since < QUIET.toNanos()) {
      TimeUnit.SECONDS.sleep(1);
      List<ObjectInfo> now = storage.all();
      if (now.size() != all.size()) {
        all = now;
        since = System.nanoTime();
      }
    }
    return all;
  }
}
