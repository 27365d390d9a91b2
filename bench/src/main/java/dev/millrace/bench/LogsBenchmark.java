package dev.millrace.bench;

import dev.millrace.bus.TopicPartition;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A task that puts out a gigabyte: how fast that is archived, what it costs the server's memory,
 * and how soon its first and last lines are there.
 */
final class LogsBenchmark implements Benchmark {
  private static final long SMALL = 100_000_000;
  private static final long LARGE = Long.getLong("bench.logs.bytes", 1_000_000_000);
  // What is left waits for a minute, or for more to come.
  private static final long FLUSH = 16 << 20;
  private static final Duration ARCHIVED_WITHIN = Duration.ofMinutes(5);
  private static final int READS = 20;
  private static final String[] OPTIONS = {"--driver", "dummy", "--log-limit", "2G"};

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      RunningServer server = installation.upAndReady(OPTIONS);
      server.api().createProject("logs");
      archived(installation, server, 1, SMALL);
      double before = LiveHeap.mib(server);
      figures.add("heap_after_100mb", before, "MiB");
      double seconds = archived(installation, server, 2, LARGE);
      figures.add("pipeline_mb_s", (LARGE - FLUSH) / 1e6 / seconds, "MB/s");
      double after = LiveHeap.mib(server);
      figures.add("heap_after_1gb", after, "MiB");
      figures.add("heap_growth", 100 * (after / before - 1), "%");
      server.stop();

      server = installation.upAndReady(OPTIONS);
      String log = "/api/v1/projects/logs/runs/2/tasks/talk/logs";
      figures.add("first_bytes_of_1gb_cold", millis(server.api(), log), "ms");
      figures.add("first_bytes_of_1gb", median(server.api(), log), "ms");
      figures.add("last_lines_of_1gb", median(server.api(), log + "?tail=10"), "ms");
      figures.add("line_within_1gb", median(server.api(), log + "?line=7000000&lines=10"), "ms");
      server.stop();
    }
  }

  /** How many seconds it takes from the wish for the run to most of its output in the archive. */
  private static double archived(
      Installation installation, RunningServer server, int run, long bytes) throws Exception {
    String spec =
        """
        {"name": "ci", "tasks": [
          {"name": "talk", "environment": {"MILLRACE_DUMMY_OUTPUT": "%d"},
           "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
        """
            .formatted(bytes);
    try (var storage = StorageView.of(installation)) {
      String project = server.api().call("GET", "/projects/logs", null, 200).get("id").asString();
      TopicPartition partition = storage.logsOf("project/%s/%d".formatted(project, run));
      final long first = storage.end(partition);
      final long begun = System.nanoTime();
      server.api().call("POST", "/projects/logs/runs", spec, 201);
      server.api().awaitEnd("logs", run);
      long end = storage.end(partition);
      long most = end - Math.ceilDiv((end - first) * FLUSH, bytes);
      double seconds = (awaitArchived(storage, partition, most) - begun) / 1e9;
      awaitArchived(storage, partition, end);
      return seconds;
    }
  }

  private static long awaitArchived(StorageView storage, TopicPartition partition, long offset)
      throws InterruptedException {
    long deadline = System.nanoTime() + ARCHIVED_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      if (storage.archived(partition) >= offset) {
        return System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IllegalStateException("the log was not archived within " + ARCHIVED_WITHIN);
  }

  private static double median(Api api, String path) throws Exception {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < READS; i++) {
      all.add(millis(api, path));
    }
    return Figures.median(all);
  }

  /** From the request to the first line of the answer. */
  private static double millis(Api api, String path) throws Exception {
    long begun = System.nanoTime();
    if (api.firstLine(path).length() < 60) {
      throw new IOException("that is no line of the log");
    }
    return (System.nanoTime() - begun) / 1e6;
  }
}
