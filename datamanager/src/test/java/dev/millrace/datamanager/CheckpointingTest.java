package dev.millrace.datamanager;

import static dev.millrace.datamanager.MemoryInstallation.AGE;
import static dev.millrace.datamanager.MemoryInstallation.MANY;
import static dev.millrace.datamanager.MemoryInstallation.RETENTION;
import static dev.millrace.datamanager.MemoryInstallation.paths;
import static dev.millrace.datamanager.MemoryInstallation.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Follower;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.ForwardingFollower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.objects.Durability;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of the ledger are made and gone on from, and let records go that they cover. */
final class CheckpointingTest {
  private static final int PARTITIONS = 4;
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final RunLedger ledger = new RunLedger(here.bus);
  private final AtomicInteger read = new AtomicInteger();
  @TempDir Path scratch;

  private DataManager manager() {
    return new DataManager(here.config(scratch), here.ports(), new Counted());
  }

  /** Counts the records of the ledger that are read. */
  private final class Counted extends ForwardingBus {
    Counted() {
      super(here.bus);
    }

    @Override
    protected Follower around(Follower follower) {
      return new ForwardingFollower(follower) {
        @Override
        public List<LogRecord> poll(Duration timeout) {
          List<LogRecord> records = super.poll(timeout);
          read.addAndGet(records.size());
          return records;
        }
      };
    }
  }

  private int objects() {
    return paths(here.objects, "").size();
  }

  @Test
  void aCheckpointIsMadeWhenItIsDueAndAnythingHasHappened() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(3);
      ledger.create();
      steps(manager);
      assertThat(here.checkpoints().store().kept()).isEmpty();

      here.later(Duration.ofMinutes(1));
      steps(manager);
      assertThat(here.checkpoints().store().kept()).hasSize(1);
      assertThat(here.archived()).isEqualTo(ledger.ended);
      int before = objects();
      here.later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(objects()).as("nothing has happened").isEqualTo(before);

      ledger.create();
      steps(manager);
      here.later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(here.checkpoints().store().kept()).hasSize(2);
    }
    LedgerCheckpoints kept = here.checkpoints();
    RunArchive archive = here.archive();
    for (int p = 0; p < PARTITIONS; p++) {
      Checkpoint<Runs> at = kept.newest(Ledgers.RUNS, p, Long.MAX_VALUE);
      assertThat(at.fold().state()).isEqualTo(ledger.state(p));
      assertThat(at.offset()).isEqualTo(ledger.end(p) - 1);
      assertThat(archive.position(p)).isEqualTo(ledger.end(p));
      assertThat(kept.newest(Ledgers.RUNS, p, at.offset()).offset()).isLessThan(at.offset());
      assertThat(kept.newest(Ledgers.RUNS, p, 1).offset()).isEqualTo(-1);
    }
  }

  @Test
  void aCheckpointThatIsAskedForHasAllThatWasDecidedBefore() throws Exception {
    ledger.runsEnd(MANY + 1);
    ledger.create();
    try (var manager = manager();
        var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Kept> asked = asking.submit(manager::checkpointNow);
      while (!asked.isDone()) {
        manager.step(Duration.ofMillis(1));
      }

      for (int p = 0; p < PARTITIONS; p++) {
        assertThat(asked.get().positions()).containsEntry(name(p), ledger.end(p));
      }
      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY + 1);

      Future<Kept> again = asking.submit(manager::checkpointNow);
      while (!again.isDone()) {
        manager.step(Duration.ofMillis(1));
      }
      assertThat(again.get()).as("nothing has happened").isEqualTo(asked.get());
    }
  }

  @Test
  void whoeverAsksADatamanagerThatEndsIsToldSo() {
    var manager = manager();
    manager.close();

    assertThatThrownBy(manager::checkpointNow)
        .isInstanceOf(BusException.class)
        .hasMessageContaining("about to end");
  }

  @Test
  void aCheckpointIsRefusedWhileAnotherDatamanagerWorks() throws Exception {
    try (var first = manager();
        var second = manager();
        var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      ledger.runsEnd(MANY);
      steps(first);
      Future<Kept> asked = asking.submit(second::checkpointNow);
      while (!asked.isDone()) {
        second.step(Duration.ofMillis(1));
      }

      assertThatThrownBy(asked::get).hasMessageContaining("another datamanager is at work");
    }
  }

  @Test
  void whoStartsAgainGoesOnFromACheckpoint() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      ledger.create();
      steps(manager);
      here.later(Duration.ofMinutes(1));
      steps(manager);
    }
    ledger.runsEnd(2);
    read.set(0);
    try (var manager = manager()) {
      steps(manager);
      here.later(AGE);
      steps(manager);

      assertThat(here.archived()).isEqualTo(ledger.ended).hasSize(MANY + 2);
      // The last record of each partition once more, and the two decisions of each of two runs.
      assertThat(read.get()).isEqualTo(PARTITIONS + 4);
    }
  }

  @Test
  void recordsAreDeletedWhenTheOldestOfTwoCheckpointsCoversThemAndTheyAreOldEnough() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      ledger.create();
      steps(manager);
      here.later(Duration.ofMinutes(1));
      steps(manager);
      here.later(RETENTION);
      long first = start(0);
      ledger.create();
      ledger.runsEnd(PARTITIONS);
      steps(manager);
      assertThat(first).as("one checkpoint").isZero();
      assertThat(here.checkpoints().store().kept()).hasSize(2);

      long covered =
          here.checkpoints().store().kept().getLast().positions().getOrDefault(name(0), 0L);
      assertThat(start(0)).isEqualTo(covered - 1).isPositive();

      ledger.runsEnd(PARTITIONS);
      steps(manager);
      here.later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(here.checkpoints().store().kept()).hasSize(3);
      assertThat(start(0)).as("the others are too young").isEqualTo(covered - 1);
    }
    try (var manager = manager()) {
      steps(manager);
      here.later(AGE);
      steps(manager);
      assertThat(here.archived()).isEqualTo(ledger.ended);
    }
  }

  @Test
  void nothingIsDeletedAsLongAsACheckpointCannotBeRead() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        paths(here.objects, LedgerCheckpoints.FOLDER).forEach(here.objects::delete);
        here.later(RETENTION.plus(here.checkpointEvery));
        steps(manager);
      }
      assertThat(here.checkpoints().store().kept()).hasSizeGreaterThan(1);
      assertThat(start(0)).isZero();
    }
  }

  @Test
  void nothingIsDeletedOnceThereAreMorePartitionsThanCheckpointsCover() {
    here.checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        here.later(RETENTION.plus(here.checkpointEvery));
        steps(manager);
      }
      long before = start(0);
      assertThat(before).isPositive();

      here.topics.raise(Ledgers.RUNS.commands().name(), PARTITIONS + 1);
      here.topics.raise(Ledgers.RUNS.events().name(), PARTITIONS + 1);
      ledger.runsEnd(2 * PARTITIONS);
      steps(manager);
      here.later(RETENTION.plus(here.checkpointEvery));
      steps(manager);

      assertThat(start(0)).isEqualTo(before);
      assertThat(here.archived()).isEqualTo(ledger.ended);
    }
  }

  private static String name(int partition) {
    return LedgerCheckpoints.name(Ledgers.RUNS, partition);
  }

  private long start(int partition) {
    return here.bus
        .extent(new TopicPartition(Ledgers.RUNS.events().name(), partition))
        .toCompletableFuture()
        .join()
        .start();
  }

  @Test
  void aCheckpointThatIsDamagedGivesWayToTheOneBefore() {
    here.checkpointEvery = Duration.ofMinutes(1);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        here.later(Duration.ofMinutes(1));
        steps(manager);
      }
    }
    long newest = here.checkpoints().newest(Ledgers.RUNS, 0, Long.MAX_VALUE).offset();
    String file = here.checkpoints().store().kept().getFirst().files().getFirst().path();
    here.objects.delete(file);
    here.objects.write(file, new ByteArrayInputStream(new byte[500]), 500, Durability.PERSISTED);

    assertThat(here.checkpoints().newest(Ledgers.RUNS, 0, Long.MAX_VALUE).offset())
        .isBetween(0L, newest - 1);
  }
}
