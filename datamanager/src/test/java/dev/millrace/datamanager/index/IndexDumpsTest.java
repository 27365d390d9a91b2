package dev.millrace.datamanager.index;

import static dev.millrace.datamanager.MemoryInstallation.RETENTION;
import static dev.millrace.datamanager.MemoryInstallation.paths;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.DataManagerByHand;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.index.RunIndex;
import dev.millrace.storage.index.RunRow;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.DyingStore.Died;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of runs that is made again from its dumps has what the index had. */
final class IndexDumpsTest {
  private static final int PARTITIONS = 3;
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Duration AGE = Duration.ofSeconds(10);
  private static final EntryKey FIRST = new EntryKey("row", "\0");
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final RunLedger ledger = new RunLedger(here.bus);
  @TempDir private Path scratch;
  @TempDir private Path indexes;

  IndexDumpsTest() {
    here.runs = 1_000;
    here.age = AGE;
    here.dumpEvery = EVERY;
  }

  private DataManagerByHand manager() {
    return manager(here.objects);
  }

  private DataManagerByHand manager(ObjectStore store) {
    return new DataManagerByHand(here.config(scratch), here.ports(here.bus, store));
  }

  private static void steps(DataManagerByHand manager) {
    for (int i = 0; i < 10; i++) {
      manager.step();
    }
  }

  /** Runs end, are archived, and it is time for a dump. */
  private void runsEndAndAreDumped(DataManagerByHand manager, int count) {
    ledger.runsEnd(count);
    steps(manager);
    here.later(AGE);
    steps(manager);
    here.later(EVERY);
    steps(manager);
  }

  private IndexDumps dumps() {
    return IndexDumps.open(here.objects, here.coordination, here::id);
  }

  private record Restored(Optional<SortedMap<Integer, Long>> upTo, Set<IndexedRun> runs) {}

  private Restored restored() {
    try (var index = RunIndex.open(Files.createTempDirectory(indexes, "index"))) {
      var upTo = dumps().restore(index);
      index.refresh();
      var runs = index.find(RunFilter.ANY, null, 100_000).runs();
      assertThat(runs).doesNotHaveDuplicates();
      return new Restored(upTo, Set.copyOf(runs));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Set<IndexedRun> ended() {
    return ledger.ended.values().stream().map(IndexedRuns::of).collect(Collectors.toSet());
  }

  @Test
  void whatIsNewIsOneObjectAndOneGenerationWhenItIsTime() {
    try (var manager = manager()) {
      ledger.runsEnd(30);
      ledger.create();
      steps(manager);
      here.later(AGE);
      steps(manager);
      assertThat(here.archived()).hasSize(30);
      here.later(EVERY.minus(AGE).minusSeconds(1));
      steps(manager);
      assertThat(dumps().files()).isEmpty();
      assertThat(restored().upTo()).isEmpty();
      final int before = paths(here.objects, "").size();

      here.later(Duration.ofSeconds(1));
      steps(manager);
      assertThat(paths(here.objects, "")).hasSize(before + 2);
      assertThat(dumps().files()).singleElement().matches(file -> file.entries() == 30);
      assertThat(restored().runs()).isEqualTo(ended());

      ledger.create();
      for (int i = 0; i < 3; i++) {
        here.later(EVERY);
        steps(manager);
      }
      assertThat(paths(here.objects, "")).as("nothing is new").hasSize(before + 2);

      runsEndAndAreDumped(manager, 7);
      assertThat(dumps().files()).hasSize(2).last().matches(file -> file.entries() == 7);
      assertThat(restored().runs()).isEqualTo(ended()).hasSize(37);
    }
  }

  @Test
  void aDumpSaysUpToWhereOfTheLedgerItGoes() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      var archive = here.archive();
      ledger.runsEnd(5); // these are not archived yet
      here.later(EVERY);
      manager.step();

      IndexDumps dumps = dumps();
      for (int p = 0; p < PARTITIONS; p++) {
        assertThat(dumps.position(p)).isEqualTo(archive.position(p)).isPositive();
        assertThat(restored().upTo().orElseThrow()).containsEntry(p, archive.position(p));
      }
    }
  }

  @Test
  void thereAreNeverMoreThanTwentyFilesAndMergedOnesGo() {
    var random = new Random(3);
    try (var manager = manager()) {
      for (int i = 0; i < 400; i++) {
        runsEndAndAreDumped(manager, 1 + random.nextInt(9));
        assertThat(dumps().files()).hasSizeLessThanOrEqualTo(20);
      }
      assertThat(restored().runs()).isEqualTo(ended());
      for (int i = 0; i < 12; i++) {
        here.later(Duration.ofMinutes(10));
        steps(manager);
      }
    }
    assertThat(paths(here.objects, IndexDumps.FOLDER)).hasSizeLessThanOrEqualTo(20);
    assertThat(restored().runs()).isEqualTo(ended());
  }

  @Test
  void manyRunsAreDumpedBeforeItIsTime() {
    try (var manager = manager()) {
      ledger.runsEnd(12_000);
      for (int i = 0; i < 100; i++) {
        steps(manager);
      }
      here.later(AGE);
      steps(manager);
      assertThat(restored().runs()).hasSizeGreaterThanOrEqualTo(10_000);
    }
  }

  @Test
  void whoeverDiesBetweenTwoWritesNothingIsMissingAndNothingIsThereTwice() {
    here.checkpointEvery = Duration.ofMinutes(7);
    int deaths = 0;
    for (int changes = 0; changes < 25; changes++) {
      for (boolean made : new boolean[] {false, true}) {
        var dying = new DyingStore(here.objects);
        dying.dieAfter(changes, made);
        try (var manager = manager(dying)) {
          for (int i = 0; i < 4; i++) {
            runsEndAndAreDumped(manager, 5);
          }
        } catch (Died _) {
          deaths++;
        }
        here.later(Duration.ofSeconds(20)); // its lease
        hasWhatEndedBeforeItsPositions(restored());
      }
    }
    assertThat(deaths).isGreaterThan(20);
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 1);
      here.later(EVERY);
      steps(manager);
    }
    assertThat(restored().runs()).isEqualTo(ended());
  }

  private void hasWhatEndedBeforeItsPositions(Restored restored) {
    SortedMap<Integer, Long> upTo = restored.upTo().orElse(Collections.emptySortedMap());
    Set<IndexedRun> before =
        ledger.ended.values().stream()
            .filter(
                run -> ledger.endOf(run.id()) < upTo.getOrDefault(ledger.partition(run.id()), 0L))
            .map(IndexedRuns::of)
            .collect(Collectors.toSet());
    assertThat(restored.runs()).isEqualTo(before);
  }

  @Test
  void whatIsDeletedIsInNoDumpWhetherItWasDumpedOrNot() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      RunId dumped = ledger.anyEnded();
      ledger.runsEnd(2);
      RunId waiting = List.copyOf(ledger.ended.keySet()).getLast();
      ledger.delete(dumped);
      ledger.delete(waiting);
      steps(manager);
      here.later(AGE);
      steps(manager);
      here.later(EVERY);
      steps(manager);
      assertThat(restored().runs()).isEqualTo(ended()).hasSize(10);

      ledger.delete(ledger.anyEnded());
      steps(manager);
      here.later(AGE);
      steps(manager);
      here.later(EVERY);
      steps(manager);
      assertThat(restored().runs()).as("nothing but deletions").isEqualTo(ended()).hasSize(9);

      here.later(Duration.ofDays(2));
      steps(manager);
      assertThat(dumps().files().stream().mapToLong(EntryFileInfo::entries).sum())
          .as("in files")
          .isEqualTo(9);
      assertThat(restored().runs()).isEqualTo(ended());
    }
  }

  @Test
  void whatHasExpiredIsInNoDump() {
    here.retention = new Retention(RETENTION, Duration.ofDays(30), null);
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      here.later(Duration.ofDays(31));
      steps(manager);
      assertThat(restored().runs()).isEmpty();
      assertThat(restored().upTo()).isPresent();
      assertThat(dumps().files()).isEmpty();
    }
  }

  @Test
  void ofTwoThatDumpOneWins() {
    try (var first = manager();
        var second = manager()) {
      for (int i = 0; i < 30; i++) {
        ledger.runsEnd(4);
        steps(i % 2 == 0 ? first : second);
        here.later(AGE);
        steps(i % 3 == 0 ? second : first);
        here.later(EVERY);
        steps(second);
        steps(first);
        hasWhatEndedBeforeItsPositions(restored());
      }
      assertThat(restored().runs()).isEqualTo(ended());
    }
  }

  @Test
  void aDumpThatIsDamagedOrMissingGivesWayToTheOneBefore() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      Set<IndexedRun> before = ended();
      runsEndAndAreDumped(manager, 6);
      String newest = dumps().files().getLast().path();
      byte[] was = read(newest);
      write(newest, Arrays.copyOf(was, was.length / 2));
      assertThat(restored().runs()).isEqualTo(before);
      hasWhatEndedBeforeItsPositions(restored());

      here.objects.delete(newest);
      assertThat(restored().runs()).isEqualTo(before);

      here.objects.delete(dumps().files().getFirst().path());
      assertThat(restored()).isEqualTo(new Restored(Optional.empty(), Set.of()));
    }
  }

  @Test
  void aGenerationThatIsDamagedGivesWayToTheOneBefore() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      Set<IndexedRun> before = ended();
      runsEndAndAreDumped(manager, 6);
      String newest = paths(here.objects, "manifests/index/").getLast();
      write(newest, Arrays.copyOf(read(newest), 40));
      assertThat(restored().runs()).isEqualTo(before);
    }
  }

  @Test
  void dumpsOfWhichAFileIsMissingAreMadeAnewFromTheArchive() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 10);
      runsEndAndAreDumped(manager, 6);
      here.objects.delete(dumps().files().getFirst().path());
      here.later(Duration.ofMinutes(10)); // then it looks
      steps(manager);
      here.later(EVERY);
      steps(manager);

      assertThat(restored().runs()).isEqualTo(ended()).hasSize(16);
      assertThat(dumps().files()).hasSize(1);
      runsEndAndAreDumped(manager, 3);
      assertThat(restored().runs()).isEqualTo(ended()).hasSize(19);
    }
  }

  @Test
  void dumpsThatAreBehindAllCheckpointsAreMadeAnewFromTheArchive() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      for (int i = 0; i < 3; i++) {
        runsEndAndAreDumped(manager, 10);
      }
    }
    paths(here.objects, IndexDumps.FOLDER).forEach(here.objects::delete);
    paths(here.objects, "manifests/index/").forEach(here.objects::delete);
    here.coordination
        .get("manifests/index")
        .ifPresent(value -> here.coordination.compareAndDelete("manifests/index", value.version()));
    assertThat(restored().upTo()).isEmpty();
    ledger.runsEnd(2);
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 1);
      assertThat(restored().runs()).isEqualTo(ended()).hasSize(33);
    }
  }

  @Test
  void aCheckpointIsNeverAheadOfTheDumps() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(8);
      ledger.create();
      steps(manager);
      here.later(Duration.ofMinutes(1)); // the first comes early
      steps(manager);

      var checkpoint = here.checkpoints().store().kept();
      assertThat(checkpoint).hasSize(1);
      for (int p = 0; p < PARTITIONS; p++) {
        assertThat(dumps().position(p))
            .isEqualTo(
                checkpoint.getFirst().positions().get(LedgerCheckpoints.name(Ledgers.RUNS, p)));
      }
      assertThat(restored().runs()).isEqualTo(ended()).hasSize(8);
    }
  }

  @Test
  void whateverIsDamagedIsReadAsWrittenOrNamedWithItsPlace() {
    try (var manager = manager()) {
      runsEndAndAreDumped(manager, 90);
    }
    var info = dumps().files().getFirst();
    byte[] whole = read(info.path());
    long seed = Long.getLong("dumps.seed", System.nanoTime());
    System.out.printf(
        "seed %d; again: mvn -pl datamanager -am verify -Dtest=IndexDumpsTest -Ddumps.seed=%d"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        seed, seed);
    var random = new Random(seed);
    int noticed = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      write(info.path(), random.nextBoolean() ? damaged : Arrays.copyOf(whole, at));
      try {
        Archive archive = dumps().archive();
        List<IndexedRun> read = new ArrayList<>();
        archive.from(FIRST).forEachRemaining(row -> read.add(RunRow.read(row.value())));
        assertThat(Set.copyOf(read)).isEqualTo(ended());
      } catch (CorruptFileException e) {
        noticed++;
        assertThat(e.path()).isEqualTo(info.path());
        assertThat(e.offset()).isBetween(0L, info.size());
      }
    }
    assertThat(noticed).isEqualTo(10_000); // every byte is covered by a checksum
  }

  private byte[] read(String path) {
    try (var in = here.objects.read(path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void write(String path, byte[] body) {
    here.objects.write(path, new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
  }
}
