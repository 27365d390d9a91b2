package dev.millrace.datamanager.rebuild;

import static dev.millrace.datamanager.MemoryInstallation.paths;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Fold;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.DataManagerByHand;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RebuildTest {
  private static final int PARTITIONS = 2;
  private static final Duration EVERY = Duration.ofMinutes(5);

  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final RunLedger ledger = new RunLedger(here.bus);
  @TempDir Path scratch;

  RebuildTest() {
    here.runs = 5;
    here.checkpointEvery = EVERY;
    here.dumpEvery = EVERY;
    here.retention = Retention.ofEvents(Duration.ZERO);
  }

  /** Archives and makes checkpoints, of which the oldest covers what is deleted from Kafka. */
  private void work(int rounds) {
    try (var manager = new DataManagerByHand(here.config(scratch), here.ports())) {
      for (int i = 0; i < rounds; i++) {
        ledger.runsEnd(4);
        ledger.create();
        here.later(EVERY);
        for (int step = 0; step < 10; step++) {
          manager.step();
        }
      }
    }
  }

  private List<ViewComparison> compare() {
    var rebuild =
        new Rebuild(
            here.bus,
            here.checkpoints(),
            here.archive(),
            here.timing(),
            new ThrowingFaults(),
            Duration.ofMinutes(1));
    return rebuild.compare();
  }

  private static ViewComparison view(List<ViewComparison> all, String name) {
    return all.stream().filter(view -> view.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void everyViewIsEqualWithoutAnyCheckpointToo() {
    ledger.runsEnd(4);
    assertThat(compare()).hasSize(4).allMatch(ViewComparison::isEqual);
    work(1);
    assertThat(compare()).hasSize(4).allMatch(ViewComparison::isEqual);
    assertThat(view(compare(), "runs").extent()).contains("the first record");
  }

  @Test
  void everyViewIsEqualAlsoWhereTheBeginningOfTheLedgerIsDeleted() {
    work(6);
    ledger.delete(ledger.anyEnded());
    ledger.runsEnd(3);
    assertThat(
            here.bus
                .extent(new TopicPartition(Topics.RUN_EVENTS.name(), 0))
                .toCompletableFuture()
                .join()
                .start())
        .isPositive();

    List<ViewComparison> views = compare();
    assertThat(views).allMatch(ViewComparison::isEqual);
    assertThat(view(views, "runs").extent()).contains("the checkpoint of ");
    assertThat(view(views, "archive").extent())
        .as("what the ledger still tells")
        .isNotEqualTo("0 runs");
  }

  @Test
  void aCheckpointThatSaysOtherwiseIsFound() {
    work(1);
    replaceCheckpoint();

    List<ViewComparison> views = compare();
    assertThat(view(views, "runs").isEqual()).isFalse();
    assertThat(view(views, "runs").differences())
        .singleElement()
        .asString()
        .startsWith("partition 0, at record ");
    assertThat(view(views, "configuration").isEqual()).isTrue();
  }

  /** By one that knows nothing of the runs of the first partition. */
  private void replaceCheckpoint() {
    LedgerCheckpoints all = here.checkpoints();
    var kept = all.store().kept().getFirst();
    var entries =
        Stream.concat(
            entries(all, Ledgers.CONFIG, Function.identity()),
            entries(
                all,
                Ledgers.RUNS,
                at -> new Checkpoint<>(emptied(at.fold()), at.offset(), at.checksum(), at.gaps())));
    var files =
        new EntryWriter(
            here.objects,
            scratch,
            () -> LedgerCheckpoints.FOLDER + here.id(),
            EntryWriter.DEFAULT_SIZE);
    assertThat(
            all.store().add(here.now(), new TreeMap<>(kept.positions()), entries.iterator(), files))
        .isPresent();
  }

  private static <S> Stream<Entry> entries(
      LedgerCheckpoints all,
      LedgerKind<S, ?, ?> kind,
      Function<Checkpoint<S>, Checkpoint<S>> changed) {
    return IntStream.range(0, PARTITIONS)
        .boxed()
        .flatMap(
            p -> {
              Checkpoint<S> at = all.newest(kind, p, Long.MAX_VALUE);
              return LedgerCheckpoints.entries(kind, p, p == 0 ? changed.apply(at) : at);
            });
  }

  private static Fold<Runs> emptied(Fold<Runs> fold) {
    return new Fold<>(
        Runs.EMPTY,
        fold.epoch(),
        fold.term(),
        fold.n(),
        fold.at(),
        fold.language(),
        fold.command(),
        fold.checksum(),
        fold.memory(),
        fold.tries(),
        fold.barren());
  }

  @Test
  void aRunThatIsNotInTheArchiveIsNamed() {
    work(1);
    RunId lost = ledger.anyEnded();
    paths(here.objects, RunArchive.FOLDER).forEach(here.objects::delete);

    ViewComparison archive = view(compare(), "archive");
    assertThat(archive.isEqual()).isFalse();
    assertThat(archive.differences()).hasSize(4).contains(lost + " is missing");
  }
}
