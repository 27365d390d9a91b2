package dev.millrace.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.index.IndexedRun.Place;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunIndexTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Comparator<IndexedRun> NEWEST_FIRST =
      Comparator.comparing(IndexedRun::createdAt)
          .thenComparing(IndexedRun::group)
          .thenComparing(IndexedRun::number)
          .reversed();
  @TempDir private Path directory;
  private RunIndex index;

  @BeforeEach
  void open() {
    index = RunIndex.open(directory);
  }

  @AfterEach
  void close() {
    index.close();
  }

  private void reopen() {
    index.close();
    open();
  }

  @Test
  void whatEndedBeforeATimeIsForgottenAndWhatEndedLaterIsNot() {
    for (int i = 0; i < 40; i++) {
      index.add(lasting(i, BEGIN.plusSeconds(i), i % 4 == 0 ? 3_600 : 5));
    }
    index.refresh();

    index.deleteEndedBefore(BEGIN.plusSeconds(30));
    index.refresh();

    assertThat(index.find(RunFilter.ANY, null, 100).runs())
        .extracting(IndexedRun::number)
        .containsExactlyElementsOf(
            IntStream.range(0, 40)
                .filter(i -> i % 4 == 0 || i + 5 >= 30)
                .mapToObj(i -> (long) i)
                .toList()
                .reversed());
  }

  private static IndexedRun lasting(int number, Instant created, int seconds) {
    return new IndexedRun(
        "/project/p1/branch/main",
        number,
        "ci",
        "finished",
        "success",
        created,
        created,
        created.plusSeconds(seconds),
        null,
        null,
        null);
  }

  @Test
  void whatAListShowsComesBackAsItWas() {
    var whole =
        new IndexedRun(
            "/project/p1/branch/fix%2Fäö",
            7,
            "build & test",
            "finished",
            "success",
            BEGIN.plusMillis(1),
            BEGIN.plusMillis(20),
            BEGIN.plusMillis(300),
            "fix/äö",
            "Ada",
            "push");
    var least =
        new IndexedRun(
            "/user/u1", 1, "", "setuperror", "unknown", BEGIN, null, BEGIN, null, null, null);
    var stopped =
        new IndexedRun(
            "/user/u1",
            2,
            "",
            "cancelled",
            "stopped",
            BEGIN.minusSeconds(9),
            null,
            null,
            null,
            null,
            "api");
    for (IndexedRun run : List.of(least, whole, stopped)) {
      index.add(run);
    }
    index.refresh();

    assertThat(index.find(RunFilter.ANY, null, 10))
        .isEqualTo(new RunIndex.Page(List.of(whole, least, stopped), null));
    assertThat(index.size()).isEqualTo(3);
  }

  @Test
  void everyFilterFindsWhatLookingAtAllOfThemFinds() {
    long seed = Long.getLong("index.seed", System.nanoTime());
    System.out.printf("again with -Dindex.seed=%d%n", seed);
    var random = new Random(seed);
    List<IndexedRun> all = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      all.add(run(random, i));
      index.add(all.getLast());
      if (random.nextInt(500) == 0) {
        index.commit(Map.of());
        reopen();
      }
      if (random.nextInt(20) == 0) {
        IndexedRun gone = all.remove(random.nextInt(all.size()));
        String root = gone.group().substring(0, gone.group().indexOf('/', "/project/".length()));
        index.delete(random.nextBoolean() ? root : gone.group(), gone.number());
      }
    }
    index.refresh();
    all.sort(NEWEST_FIRST);
    for (int i = 0; i < 300; i++) {
      RunFilter filter = filter(random, all);
      List<IndexedRun> wanted = all.stream().filter(matches(filter)).toList();
      assertThat(pages(filter, 1 + random.nextInt(40))).as("%s", filter).isEqualTo(wanted);
      assertThat(index.count(filter)).isEqualTo(wanted.size());
    }
    index.optimize();
    index.refresh();
    assertThat(pages(RunFilter.ANY, 100)).isEqualTo(all);
  }

  private List<IndexedRun> pages(RunFilter filter, int limit) {
    List<IndexedRun> found = new ArrayList<>();
    Place after = null;
    do {
      RunIndex.Page page = index.find(filter, after, limit);
      assertThat(page.runs()).hasSizeLessThanOrEqualTo(limit);
      found.addAll(page.runs());
      after = page.next();
    } while (after != null);
    return found;
  }

  private static IndexedRun run(Random random, int number) {
    String branch = one(random, "main", "fix/login", "fix-logout", "release_1");
    Instant created = BEGIN.plusMillis(random.nextInt(2_000)); // many at one time
    Instant started = random.nextInt(5) == 0 ? null : created.plusMillis(random.nextInt(100_000));
    return new IndexedRun(
        "/project/p%d/branch/%s".formatted(random.nextInt(12), branch.replace("/", "%2F")),
        number,
        one(random, "build", "Deploy to production", "nightly"),
        one(random, "finished", "cancelled", "setuperror"),
        one(random, "success", "failed", "stopped", "unknown"),
        created,
        started,
        started == null ? null : started.plusMillis(random.nextInt(3_600_000)),
        random.nextInt(10) == 0 ? null : branch,
        random.nextInt(10) == 0 ? null : one(random, "Ada Lovelace", "bob", "Bobby"),
        one(random, "push", "api"));
  }

  private static RunFilter filter(Random random, List<IndexedRun> all) {
    IndexedRun like = all.get(random.nextInt(all.size()));
    return new RunFilter(
        sometimes(random)
            ? Set.of(like.group())
            : sometimes(random) ? Set.of("/project/p1", "/project/p3/branch") : Set.of(),
        sometimes(random) ? Set.of(like.phase()) : Set.of(),
        sometimes(random) ? new HashSet<>(List.of(like.result(), "failed")) : Set.of(),
        sometimes(random) ? like.name() : null,
        sometimes(random) ? like.branch() : null,
        sometimes(random) ? like.author() : null,
        sometimes(random) ? like.trigger() : null,
        sometimes(random) ? one(random, "deploy", "BOB", "log", "ada nightl", "zzz", "") : null,
        sometimes(random) ? like.createdAt() : null,
        sometimes(random) ? BEGIN.plusMillis(random.nextInt(2_000)) : null);
  }

  private static boolean sometimes(Random random) {
    return random.nextInt(4) == 0;
  }

  private static String one(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }

  private static Predicate<IndexedRun> matches(RunFilter filter) {
    return run ->
        (filter.groups().isEmpty()
                || filter.groups().stream().anyMatch(group -> within(run.group(), group)))
            && (filter.phases().isEmpty() || filter.phases().contains(run.phase()))
            && (filter.results().isEmpty() || filter.results().contains(run.result()))
            && (filter.name() == null || filter.name().equals(run.name()))
            && (filter.branch() == null || filter.branch().equals(run.branch()))
            && (filter.author() == null || filter.author().equals(run.author()))
            && (filter.trigger() == null || filter.trigger().equals(run.trigger()))
            && (filter.text() == null || speaksOf(run, filter.text()))
            && (filter.since() == null || !run.createdAt().isBefore(filter.since()))
            && (filter.until() == null || run.createdAt().isBefore(filter.until()));
  }

  private static boolean within(String path, String group) {
    return path.equals(group) || path.startsWith(group + "/");
  }

  private static boolean speaksOf(IndexedRun run, String text) {
    List<String> words =
        Stream.of(run.name(), run.branch(), run.author())
            .filter(RunIndexTest::isThere)
            .flatMap(RunIndexTest::words)
            .toList();
    return words(text).allMatch(word -> words.stream().anyMatch(one -> one.startsWith(word)));
  }

  private static boolean isThere(@Nullable String text) {
    return text != null;
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[ /_-]", -1))
        .filter(word -> !word.isEmpty());
  }

  @Test
  void aRunTakesFewBytes() throws Exception {
    var random = new Random(4);
    for (int i = 0; i < 50_000; i++) {
      IndexedRun run = run(random, i);
      index.add(
          new IndexedRun(
              "/project/p%d/branch/b%d".formatted(random.nextInt(200), random.nextInt(10)),
              i / 200,
              run.name(),
              run.phase(),
              run.result(),
              BEGIN.plusSeconds(60L * i),
              null,
              BEGIN.plusSeconds(60L * i + random.nextInt(600)),
              run.branch(),
              run.author(),
              run.trigger()));
    }
    index.commit(Map.of());
    try (var files = Files.list(directory)) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      assertThat(bytes / 50_000).isLessThan(40);
    }
  }

  @Test
  void whatWasCommittedIsThereAgainWithItsPositionsAndNothingElse() {
    index.add(run(new Random(1), 1));
    index.commit(Map.of("run-events/0", 17L, "run-events/1", 4L));
    index.add(run(new Random(2), 2));
    reopen();

    assertThat(index.positions()).isEqualTo(Map.of("run-events/0", 17L, "run-events/1", 4L));
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void aNewIndexHasNoPositions() {
    assertThat(index.positions()).isEmpty();
    assertThat(index.find(RunFilter.ANY, null, 5).runs()).isEmpty();
  }

  @Test
  void aDamagedIndexIsNotTakenForAnEmptyOne() throws Exception {
    index.add(run(new Random(1), 1));
    index.commit(Map.of("p", 1L));
    index.close();
    List<Path> files;
    try (var listed = Files.list(directory)) {
      files = listed.filter(file -> !file.endsWith("write.lock")).toList();
    }
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = Arrays.copyOf(whole, whole.length - 1);
      Files.write(file, damaged);
      assertThatExceptionOfType(UncheckedIOException.class)
          .as("%s", file.getFileName())
          .isThrownBy(() -> RunIndex.open(directory))
          .withMessageStartingWith("cannot open the index of runs: ");
      Files.write(file, whole);
    }
    open();
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void manyAreAddedAtOnceAndWhatReadingThemThrowsIsThrown() {
    var numbers = IntStream.range(0, 30_000).iterator();
    index.addAll(numbers, RunIndexTest::numbered);
    index.refresh();
    assertThat(index.size()).isEqualTo(30_000);

    var broken = IntStream.range(0, 30_000).map(n -> 1 / (20_000 - n)).iterator();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> index.addAll(broken, RunIndexTest::numbered));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                index.addAll(
                    List.of(1).iterator(),
                    n -> {
                      throw new IllegalArgumentException("no row: " + n);
                    }));
    index.rollback();
    index.refresh();
    assertThat(index.size()).isZero();
  }

  @Test
  void anIndexOfAnotherFormatIsRefused() throws Exception {
    index.add(numbered(1));
    index.commit(Map.of("p", 1L));
    index.close();
    try (var files = FSDirectory.open(directory)) {
      Sort sort = SegmentInfos.readLatestCommit(files).info(0).info.getIndexSort();
      try (var writer = new IndexWriter(files, new IndexWriterConfig().setIndexSort(sort))) {
        writer.setLiveCommitData(Map.of("p", "1", "format", "2").entrySet());
        writer.commit();
      }
    }
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> RunIndex.open(directory))
        .withMessage("cannot open the index of runs: it is of format 2, not 1");
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file); // nobody has it open any more
      }
    }
    open();
    assertThat(index.size()).isZero();
  }

  @Test
  void runsAreCountedByPhaseAndResultTogetherWithThePositionsTheyAreOf() {
    var random = new Random(5);
    List<IndexedRun> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(run(random, i));
      index.add(all.getLast());
      if (random.nextInt(400) == 0) {
        index.commit(Map.of("p", (long) i));
      }
    }
    index.commit(Map.of("p", 2_000L));
    index.refresh();
    for (int i = 0; i < 100; i++) {
      RunFilter filter = filter(random, all);
      IndexedRun one = all.get(random.nextInt(all.size()));
      Map<String, Set<Long>> except =
          random.nextBoolean()
              ? Map.of()
              : Map.of(one.group(), Set.of(one.number(), -1L), "/project/none", Set.of(1L));
      RunCounts wanted =
          all.stream()
              .filter(matches(filter))
              .filter(run -> except.isEmpty() || !run.equals(one))
              .map(RunCounts::of)
              .reduce(RunCounts.NONE, RunCounts::plus);
      assertThat(index.counts(filter, except))
          .isEqualTo(new RunIndex.Counted(wanted, new TreeMap<>(Map.of("p", 2_000L))));
    }

    index.add(run(random, 2_001));
    index.commit(Map.of("p", 2_001L));
    assertThat(index.positions()).isEqualTo(Map.of("p", 2_001L));
    RunIndex.Counted before = index.counts(RunFilter.ANY, Map.of());
    assertThat(before.counts().total()).isEqualTo(2_000);
    assertThat(before.positions()).isEqualTo(Map.of("p", 2_000L));
    index.refresh();
    assertThat(index.counts(RunFilter.ANY, Map.of()).counts().total()).isEqualTo(2_001);
    assertThat(index.counts(RunFilter.ANY, Map.of()).positions()).isEqualTo(Map.of("p", 2_001L));
    index.commit(Map.of("p", 2_007L)); // nothing but positions
    index.refresh();
    assertThat(index.counts(RunFilter.ANY, Map.of()).positions()).isEqualTo(Map.of("p", 2_007L));
    reopen();
    assertThat(index.counts(RunFilter.ANY, Map.of()).positions()).isEqualTo(Map.of("p", 2_007L));
  }

  @Test
  void runsOfAnyNumberOfGroupsAreLeftOutOfCounts() {
    Map<String, Set<Long>> except = new HashMap<>();
    for (int i = 1; i <= 3_000; i++) {
      index.add(numbered(i));
      if (i % 3 != 0) {
        except.put("/project/p" + i, Set.of((long) i));
      }
    }
    index.commit(Map.of("p", 3_000L));
    index.refresh();

    assertThat(index.counts(RunFilter.ANY, except).counts())
        .isEqualTo(
            new RunCounts(
                1_000,
                new TreeMap<>(Map.of("finished", 1_000L)),
                new TreeMap<>(Map.of("success", 1_000L))));
  }

  private static IndexedRun numbered(int number) {
    return new IndexedRun(
        "/project/p" + number,
        number,
        "ci",
        "finished",
        "success",
        BEGIN,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void afterARollbackOnlyWhatWasCommittedIsThere() {
    index.add(numbered(1));
    index.commit(Map.of("a", 1L));
    index.refresh();
    index.add(numbered(2));
    index.rollback();

    assertThat(index.size()).isEqualTo(1);
    index.add(numbered(3));
    index.commit(Map.of("a", 3L));
    index.refresh();
    assertThat(index.find(RunFilter.ANY, null, 9).runs()).containsExactly(numbered(3), numbered(1));
    assertThat(index.positions()).isEqualTo(Map.of("a", 3L));
  }

  @Test
  void anIndexWhoseFilesAreRemovedStillFindsAndBeginsAnewAfterARollback() throws Exception {
    index.add(numbered(1));
    index.commit(Map.of("a", 1L));
    index.refresh();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    index.add(numbered(2));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> index.commit(Map.of("a", 2L)))
        .withMessageStartingWith("cannot write the index of runs: ");
    assertThat(index.positions()).isEqualTo(Map.of("a", 1L));
    assertThat(index.find(RunFilter.ANY, null, 9).runs()).containsExactly(numbered(1));

    index.rollback();
    assertThat(index.positions()).isEmpty();
    assertThat(index.size()).isEqualTo(1);
    index.add(numbered(4));
    index.commit(Map.of("a", 4L));
    index.refresh();
    assertThat(index.find(RunFilter.ANY, null, 9).runs()).containsExactly(numbered(4));
  }

  @Test
  void anIndexThatIsInUseIsRefused() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> RunIndex.open(directory))
        .withMessageStartingWith("another process uses the index of runs in ");
  }

  @Test
  void manyGroupsCanBeAskedForAtOnce() {
    index.add(numbered(7));
    index.refresh();
    var groups = IntStream.range(0, 5000).mapToObj(n -> "/project/p" + n);
    var filter =
        new RunFilter(
            groups.collect(Collectors.toSet()),
            Set.of(),
            Set.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            null);

    assertThat(index.find(filter, null, 9).runs()).containsExactly(numbered(7));
  }
}
