package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RunId;
import dev.millrace.runservice.TestReplica.Answered;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of runs whose index or archive is gone, damaged, or old. */
final class LostStorageTest {
  private final SomeRuns runs = new SomeRuns();

  @BeforeEach
  void someRuns() throws Exception {
    runs.make();
  }

  @AfterEach
  void close() {
    runs.close();
  }

  @Test
  void anIndexThatIsGoneIsFilledFromTheArchive() throws Exception {
    runs.archiveAll();
    List<String> before = runs.everything();
    runs.leave();
    files().forEach(LostStorageTest::delete);
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsGoneIsRestoredFromItsDumpsAndWhatCameAfterIsHeardFromTheLedger()
      throws Exception {
    archiveAndDump();
    runs.endAnother();
    runs.endAnother();
    runs.archiveAll(); // these are not in the dump
    runs.endAnother(); // and this one is not archived
    runs.create(60);
    List<String> before = runs.pages("limit=7");
    runs.leave();
    files().forEach(LostStorageTest::delete);
    // Whoever lists them without this has not read it.
    runs.objects("archive/runs/")
        .forEach(object -> runs.surroundings.objects.delete(object.path()));
    runs.start();

    assertThat(runs.pages("limit=7")).isEqualTo(before);
    assertThat(before).containsExactlyInAnyOrderElementsOf(runs.all);
  }

  @Test
  void aDumpThatIsDamagedGivesWayToTheOneBeforeAndIfThereIsNoneToTheArchive() throws Exception {
    archiveAndDump();
    runs.endAnother();
    archiveAndDump();
    runs.endAnother();
    List<String> before = runs.everything();
    for (ObjectInfo dump : runs.objects("dumps/").reversed()) {
      runs.leave();
      files().forEach(LostStorageTest::delete);
      runs.surroundings.objects.write(
          dump.path(), new ByteArrayInputStream(new byte[500]), 500, Durability.BUFFERED);
      runs.start();
      assertThat(runs.everything()).isEqualTo(before);
    }
    assertThat(runs.objects("dumps/")).hasSizeGreaterThan(1);
  }

  @Test
  void aDumpThatIsOlderThanAllCheckpointsGivesWayToTheArchive() throws Exception {
    archiveAndDump();
    List<ObjectInfo> dumps = runs.objects("manifests/index/");
    runs.surroundings.checkpointEvery = Duration.ZERO;
    for (int i = 0; i < 4; i++) {
      runs.endAnother();
      runs.create(70 + i);
      runs.archiveAll();
      runs.checkpoint();
    }
    List<String> before = runs.everything();
    runs.leave();
    files().forEach(LostStorageTest::delete);
    runs.objects("manifests/index/").stream()
        .filter(later -> !dumps.contains(later))
        .forEach(later -> runs.surroundings.objects.delete(later.path()));
    pointTo("manifests/index", dumps.size());
    assertThat(runs.objects("manifests/index/")).isEqualTo(dumps).isNotEmpty();
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
  }

  private void pointTo(String manifest, int generation) {
    var now = runs.surroundings.store.get(manifest).orElseThrow();
    runs.surroundings.store.compareAndSet(
        manifest, now.version(), Integer.toString(generation).getBytes(UTF_8));
  }

  /** Returns when all that has ended is in the dumps. */
  private void archiveAndDump() throws Exception {
    runs.archiveAll();
    runs.surroundings.dumpEvery = Duration.ZERO;
    try (var _ = runs.surroundings.archiving()) {
      SomeRuns.await("the index is dumped", this::isAllDumped);
    }
    runs.surroundings.dumpEvery = Duration.ofDays(1);
  }

  private boolean isAllDumped() {
    var archive = runs.surroundings.archive();
    var dumps = runs.surroundings.dumps();
    return IntStream.range(0, Surroundings.PARTITIONS)
        .allMatch(p -> dumps.position(p) == archive.position(p));
  }

  @Test
  void anIndexThatIsDamagedIsFilledFromTheArchive() throws Exception {
    runs.archiveAll();
    List<String> before = runs.everything();
    runs.leave();
    for (Path file : files()) {
      if (file.getFileName().toString().startsWith("segments")) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsRemovedWhileItIsUsedIsFilledAgain() throws Exception {
    runs.archiveAll();
    List<String> before = runs.everything();
    files().forEach(LostStorageTest::delete);
    assertThat(runs.everything()).isEqualTo(before);
    runs.endAnother();
    runs.endAnother();
    before = runs.everything();
    runs.archiveAll();

    assertThat(runs.everything()).isEqualTo(before);
    runs.restart();
    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void anIndexIsFilledAlsoFromAnArchiveOfWhichAFileIsMissing() throws Exception {
    runs.archiveAll();
    for (ObjectInfo object : runs.objects("archive/runs/")) {
      runs.surroundings.objects.delete(object.path());
    }
    anIndexThatIsFilledHasOnlyWhatEndsLater();
  }

  @Test
  void anIndexIsFilledAlsoFromAnArchiveOfWhichAFileIsDamaged() throws Exception {
    runs.archiveAll();
    for (ObjectInfo object : runs.objects("archive/runs/")) {
      byte[] cut = new byte[(int) object.size()];
      runs.surroundings.objects.write(
          object.path(), new ByteArrayInputStream(cut), cut.length, Durability.PERSISTED);
    }
    anIndexThatIsFilledHasOnlyWhatEndsLater();
  }

  private void anIndexThatIsFilledHasOnlyWhatEndsLater() throws Exception {
    List<String> rest = new ArrayList<>();
    rest.add(runs.endAnother());
    rest.add(runs.endAnother());
    runs.archiveAll();
    runs.all.stream()
        .filter(id -> !runs.replica().feed.hasEnded(RunId.parse(id)))
        .forEach(rest::add);
    runs.leave();
    files().forEach(LostStorageTest::delete);
    runs.start();

    assertThat(runs.pages("limit=50")).containsExactlyInAnyOrderElementsOf(rest);
  }

  @Test
  void anIndexOfBeforeTheLastArchivingIsBroughtUpToDate() throws Exception {
    runs.archiveAll();
    runs.leave();
    Path old = runs.surroundings.folder.resolve("old");
    copy(runs.surroundings.index(), old);
    runs.start();
    runs.endAnother();
    runs.endAnother();
    runs.archiveAll();
    List<String> before = runs.everything();
    runs.leave();
    files().forEach(LostStorageTest::delete);
    copy(old, runs.surroundings.index());
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsOlderThanAllCheckpointsIsFilledAgain() throws Exception {
    runs.surroundings.checkpointEvery = Duration.ZERO;
    runs.archiveAll();
    runs.leave();
    Path old = runs.surroundings.folder.resolve("old");
    copy(runs.surroundings.index(), old);
    runs.start();
    for (int i = 0; i < 4; i++) {
      runs.endAnother();
      runs.create(70 + i);
      runs.archiveAll();
      runs.checkpoint();
    }
    List<String> before = runs.everything();
    runs.leave();
    files().forEach(LostStorageTest::delete);
    copy(old, runs.surroundings.index());
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void anArchiveThatIsGoneIsMadeAgainFromTheLedger() throws Exception {
    runs.archiveAll();
    List<String> before = runs.everything();
    runs.leave();
    String key = runs.surroundings.archive().pointer();
    for (ObjectInfo object : runs.objects("")) {
      runs.surroundings.objects.delete(object.path());
    }
    runs.surroundings
        .store
        .get(key)
        .ifPresent(value -> runs.surroundings.store.compareAndDelete(key, value.version()));
    runs.start();

    assertThat(runs.everything()).isEqualTo(before);
    runs.archiveAll();
    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void ofAFileThatIsMissingOnlyItsRunsAreGone() throws Exception {
    runs.archiveAll();
    String early = runs.all.get(0);
    for (ObjectInfo object : runs.objects("archive/runs/")) {
      runs.surroundings.objects.delete(object.path());
    }
    String late = runs.endAnother();
    runs.archiveAll();
    runs.restart();

    Answered gone = runs.replica().get("/runs/" + early);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.code()).isEqualTo("gone");
    assertThat(gone.message()).startsWith("run " + early + " cannot be read: ");
    assertThat(runs.replica().get("/runs/" + late).status()).isEqualTo(200);
    assertThat(runs.pages("limit=50")).containsExactlyInAnyOrderElementsOf(runs.all);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(runs.surroundings.index())) {
      return files.toList();
    }
  }

  private static void delete(Path file) {
    assertThat(file.toFile().delete()).isTrue();
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
