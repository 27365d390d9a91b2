package dev.millrace.datamanager;

import static dev.millrace.datamanager.MemoryInstallation.AGE;
import static dev.millrace.datamanager.MemoryInstallation.MANY;
import static dev.millrace.datamanager.MemoryInstallation.RETENTION;
import static dev.millrace.datamanager.MemoryInstallation.paths;
import static dev.millrace.datamanager.MemoryInstallation.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.DyingStore.Died;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that have ended come into the archive, once, and stay there as long as they are kept. */
final class ArchivingTest {
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(4);
  private final RunLedger ledger = new RunLedger(here.bus);
  @TempDir Path scratch;

  private DataManager manager() {
    return here.manager(scratch, here.objects);
  }

  private int objects() {
    return paths(here.objects, "").size();
  }

  @Test
  void fewRunsAreArchivedOnceTheFirstOfThemHasWaited() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY - 1);
      ledger.create();
      steps(manager);
      here.later(AGE.minusSeconds(1));
      steps(manager);
      assertThat(here.archived()).isEmpty();

      here.later(Duration.ofSeconds(1));
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY - 1);
    }
  }

  @Test
  void manyRunsAreArchivedAtOnceWithOneFileAndOneGeneration() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY);
      assertThat(objects()).isEqualTo(2);
    }
  }

  @Test
  void whatIsArchivedIsTheRunAsItWasAtItsEndAndCanBeFoundById() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      RunId waits = ledger.create();
      steps(manager);
      RunArchive archive = here.archive();

      ledger.ended.forEach((id, run) -> assertThat(archive.find(id)).contains(run));
      assertThat(archive.find(waits)).isEmpty();
      assertThat(archive.position(0)).isPositive();
    }
  }

  @Test
  void whoStartsAgainArchivesOnlyWhatIsNew() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
    }
    try (var manager = manager()) {
      steps(manager);
      here.later(AGE);
      steps(manager);
      assertThat(objects()).isEqualTo(2);

      ledger.runsEnd(3);
      steps(manager);
      here.later(AGE);
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY + 3);
      assertThat(objects()).isEqualTo(4);
    }
  }

  @Test
  void aRunThatIsDeletedIsNotInTheArchiveWhetherItWasThereOrNot() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
      RunId archived = ledger.anyEnded();
      ledger.runsEnd(1);
      RunId waiting = List.copyOf(ledger.ended.keySet()).getLast();
      ledger.delete(archived);
      ledger.delete(waiting);
      steps(manager);
      here.later(AGE);
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY - 1);
      RunArchive archive = here.archive();
      assertThat(archive.find(archived)).isEmpty();
      assertThat(archive.find(waiting)).isEmpty();
    }
    try (var manager = manager()) {
      here.later(Duration.ofDays(2));
      steps(manager);
      assertThat(entries()).as("in files").isEqualTo(MANY - 1);
      assertThat(here.archived()).isEqualTo(ledger.ended);
    }
  }

  @Test
  void aRunIsKeptForItsTimeAfterItsEnd() {
    here.retention = new Retention(RETENTION, Duration.ofDays(30), null);
    try (var manager = manager()) {
      ledger.runsEnd(MANY); // all at the beginning of time
      steps(manager);
      here.later(Duration.ofDays(29));
      steps(manager);
      assertThat(here.archived()).hasSize(MANY);

      here.later(Duration.ofDays(2));
      steps(manager);

      assertThat(here.archived()).isEmpty();
      assertThat(entries()).isZero();
    }
  }

  private long entries() {
    return here.archive().archive().files().stream().mapToLong(EntryFileInfo::entries).sum();
  }

  @Test
  void aDeathBetweenAnyTwoWritesLosesNothing() {
    int deaths = 0;
    for (int changes = 0; changes < 6; changes++) {
      for (boolean made : new boolean[] {false, true}) {
        ledger.runsEnd(MANY);
        var store = new DyingStore(here.objects);
        var manager = here.manager(scratch, store);
        store.dieAfter(changes, made);
        try {
          steps(manager);
          ledger.runsEnd(MANY);
          steps(manager);
        } catch (Died _) {
          deaths++;
        }
        here.later(Duration.ofMinutes(1)); // its lease lapses
      }
    }
    try (var manager = manager()) {
      steps(manager);
      here.later(AGE);
      steps(manager);
    }

    assertThat(deaths).isGreaterThanOrEqualTo(8);
    assertThat(here.archived()).isEqualTo(ledger.ended);
  }

  @Test
  void ofTwoOneArchivesAndTheOtherTakesOver() {
    try (var first = manager();
        var second = manager()) {
      for (int round = 0; round < 5; round++) {
        ledger.runsEnd(MANY);
        steps(first);
        steps(second);
        here.later(Duration.ofSeconds(6));
      }
      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(5 * MANY);
      int before = objects();
      steps(second);
      assertThat(objects()).isEqualTo(before);

      here.later(Duration.ofMinutes(1)); // the first is away
      ledger.runsEnd(MANY);
      steps(second);
      here.later(AGE);
      steps(second);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(6 * MANY);
    }
  }

  @Test
  void aStoreThatIsAwayForAWhileGetsEverythingWhenItIsBack() {
    var store = new AwayStore(here.objects);
    try (var manager = here.manager(scratch, store)) {
      store.away = true;
      ledger.runsEnd(MANY);
      steps(manager);
      ledger.runsEnd(2 * MANY);
      steps(manager);
      assertThat(here.archived()).isEmpty();
      assertThat(store.tries).isEqualTo(1);

      store.away = false;
      here.later(Duration.ofSeconds(5));
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(3 * MANY);
    }
  }

  @Test
  void mergedFilesGoAfterAWhile() {
    try (var manager = manager()) {
      for (int i = 0; i < 40; i++) {
        ledger.runsEnd(MANY);
        steps(manager);
      }
      assertThat(here.archived()).isEqualTo(ledger.ended);
      int before = objects();
      for (int i = 0; i < 12; i++) {
        here.later(Duration.ofMinutes(10));
        steps(manager);
      }

      assertThat(objects()).isLessThan(before / 2);
      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(40 * MANY);
    }
  }

  @Test
  void aThousandRunsTakeFewObjects() {
    try (var manager = manager()) {
      ledger.runsEnd(1_000);
      steps(manager);
      here.later(AGE);
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(1_000);
      assertThat(objects()).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void aFileThatIsMissingKeepsNothingNewFromBeingArchived() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
      var lost = Map.copyOf(ledger.ended);
      paths(here.objects, RunArchive.FOLDER).forEach(here.objects::delete);
      for (int i = 0; i < 20; i++) {
        ledger.runsEnd(MANY);
        steps(manager);
      }

      List<String> unreadable = new ArrayList<>();
      RunArchive.All all = here.archive().all(why -> unreadable.add(why.getMessage()));
      assertThat(unreadable)
          .singleElement()
          .satisfies(
              why -> assertThat(why).contains("is missing, with %d entries".formatted(MANY)));
      assertThat(all.runs().map(Run::id))
          .hasSize(20 * MANY)
          .doesNotContainAnyElementsOf(lost.keySet());
    }
  }

  @Test
  void whatADeathHasLeftInTheScratchFolderIsRemoved() throws Exception {
    Files.createFile(scratch.resolve("entries-1.tmp"));
    Path other = Files.createFile(scratch.resolve("other"));
    try (var _ = manager();
        var left = Files.list(scratch)) {
      assertThat(left).containsExactly(other);
    }
  }

  @Test
  void anArchiveThatHasVanishedIsNotBegunAnew() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
    }
    paths(here.objects, "").forEach(here.objects::delete);

    assertThatThrownBy(this::manager).hasMessageContaining("manifests/runs");
  }
}
