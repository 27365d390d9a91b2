package dev.millrace.bench;

import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.index.RunIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The index of a million runs: its size, and what a page of the newest takes of each kind of list.
 */
final class IndexBenchmark implements Benchmark {
  private static final int RUNS = Integer.getInteger("bench.index.runs", 1_000_000);
  private static final int QUERIES = 1_000;
  private static final int PAGE = 25;
  private static final int COUNTS = 20;
  private static final int COMMIT = 50_000;

  @Override
  public void measure(Figures figures) throws Exception {
    Path folder = Files.createTempDirectory("millrace-index-");
    try {
      fill(folder.resolve("least"), IndexedRuns::least, figures, "index_bytes_per_run");
      IndexedRuns runs =
          fill(folder.resolve("all"), run -> run, figures, "index_bytes_per_run_all");
      long begun = System.nanoTime();
      try (var index = RunIndex.open(folder.resolve("all"))) {
        figures.add("index_open", (System.nanoTime() - begun) / 1e6, "ms");
        queries(index, runs, figures);
      }
      new IndexRestore(folder).measure(RUNS, figures);
    } finally {
      delete(folder);
    }
  }

  private static IndexedRuns fill(
      Path folder, UnaryOperator<IndexedRun> shape, Figures figures, String name)
      throws IOException {
    var runs = new IndexedRuns(1);
    long begun = System.nanoTime();
    figures.add(name, bytesPerRun(folder, runs, RUNS, shape), "bytes");
    System.err.printf("  indexed %d in %d ms%n", RUNS, (System.nanoTime() - begun) / 1_000_000);
    return runs;
  }

  /** How many bytes each takes of a new index in the folder that has the next so many runs. */
  static double bytesPerRun(
      Path folder, IndexedRuns runs, int count, UnaryOperator<IndexedRun> shape)
      throws IOException {
    try (var index = RunIndex.open(folder)) {
      for (int i = 1; i <= count; i++) {
        index.add(shape.apply(runs.next()));
        if (i % COMMIT == 0 || i == count) {
          index.commit(Map.of("run", (long) i));
        }
      }
    }
    try (var files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum() / (double) count;
    }
  }

  private static void queries(RunIndex index, IndexedRuns runs, Figures figures) {
    var random = new Random(2);
    Supplier<String> project =
        () -> runs.project((int) (IndexedRuns.PROJECTS * Math.pow(random.nextDouble(), 3)));
    Supplier<Instant> time = () -> runs.now().minus(Duration.ofMinutes(random.nextInt(2 * RUNS)));
    Map<String, Supplier<RunFilter>> kinds = new LinkedHashMap<>();
    kinds.put("newest", () -> RunFilter.ANY);
    kinds.put("project", () -> wanted(filter -> filter.group = project.get()));
    kinds.put("group", () -> wanted(filter -> filter.group = project.get() + "/branch/main"));
    kinds.put("phase", () -> wanted(filter -> filter.phase = "setuperror"));
    kinds.put("result", () -> wanted(filter -> filter.result = "failed"));
    kinds.put(
        "project_result",
        () ->
            wanted(
                filter -> {
                  filter.group = project.get();
                  filter.result = "stopped";
                }));
    kinds.put(
        "branch", () -> wanted(filter -> filter.branch = IndexedRuns.branch(random.nextInt(10))));
    kinds.put(
        "author", () -> wanted(filter -> filter.author = IndexedRuns.author(random.nextInt(500))));
    kinds.put(
        "text", () -> wanted(filter -> filter.text = "author" + random.nextInt(500) + " pipel"));
    kinds.put("until", () -> wanted(filter -> filter.until = time.get()));
    kinds.put(
        "author_result_until",
        () ->
            wanted(
                filter -> {
                  filter.author = IndexedRuns.author(random.nextInt(500));
                  filter.result = "failed";
                  filter.until = time.get();
                }));
    kinds.forEach((name, filters) -> query(figures, name, () -> find(index, filters.get(), null)));
    query(
        figures,
        "page_far_down",
        () -> find(index, RunFilter.ANY, new Place(time.get(), "/project/x", 1)));
    query(
        figures,
        "count_of_project",
        () -> index.count(wanted(filter -> filter.group = project.get())));
    query(figures, "counts_of_project", () -> counts(index, project.get()));
    long begun = System.nanoTime();
    for (int i = 0; i < COUNTS; i++) {
      index.counts(RunFilter.ANY, Map.of());
    }
    figures.add("counts_of_all", (System.nanoTime() - begun) / 1e6 / COUNTS, "ms");
  }

  private static void counts(RunIndex index, String project) {
    index.counts(wanted(filter -> filter.group = project), Map.of());
  }

  private static void find(RunIndex index, RunFilter filter, @Nullable Place after) {
    index.find(filter, after, PAGE);
  }

  private static void query(Figures figures, String name, Runnable query) {
    for (int i = 0; i < QUERIES; i++) {
      query.run(); // so that what is measured is compiled
    }
    var histogram = new Histogram(60_000_000L, 3);
    for (int i = 0; i < QUERIES; i++) {
      long begun = System.nanoTime();
      query.run();
      histogram.recordValue((System.nanoTime() - begun) / 1_000);
    }
    figures.add("query_" + name + "_p99", histogram.getValueAtPercentile(99) / 1_000.0, "ms");
  }

  private static final class Wanted {
    @Nullable String group;
    @Nullable String phase;
    @Nullable String result;
    @Nullable String branch;
    @Nullable String author;
    @Nullable String text;
    @Nullable Instant until;
  }

  private static RunFilter wanted(Consumer<Wanted> what) {
    var wanted = new Wanted();
    what.accept(wanted);
    return new RunFilter(
        one(wanted.group),
        one(wanted.phase),
        one(wanted.result),
        null,
        wanted.branch,
        wanted.author,
        null,
        wanted.text,
        null,
        wanted.until);
  }

  private static Set<String> one(@Nullable String value) {
    return value == null ? Set.of() : Set.of(value);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
