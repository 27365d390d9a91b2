package dev.millrace.datamanager.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunArchiverTest {
  @TempDir Path scratch;

  @Test
  void whenManyBytesWaitTheyAreArchivedBeforeMoreIsRead() {
    var topics = new MemoryTopics(Clock.systemUTC());
    Topics.all().forEach(topic -> topics.create(topic.name(), 1));
    var objects = new MemoryObjectStore(Clock.systemUTC());
    var coordination = new MemoryCoordinationStore(System::nanoTime);
    var ids = new AtomicInteger();
    var archive = RunArchive.open(objects, coordination, () -> "o" + ids.incrementAndGet());
    var files = new EntryWriter(objects, scratch, () -> "f" + ids.incrementAndGet(), 1 << 20);
    var writer = new ArchiveWriter(archive.archive(), objects, files, 1 << 20, System::nanoTime);
    var settings = new RunArchiver.Settings(1_000, Duration.ofDays(1), 1);
    try (var bus = new MemoryBus(topics);
        var archiver =
            new RunArchiver(
                settings,
                bus,
                archive,
                writer,
                Timing.system(),
                starts -> follower(bus, starts),
                Checkpoints.NONE,
                new NobodyElse(),
                deleted -> {
                  throw new AssertionError(deleted);
                })) {
      var ledger = new RunLedger(bus);
      ledger.create();
      archiver.read(Duration.ZERO);
      assertThat(archiver.isFull()).isFalse();
      assertThat(archiver.idleFor()).isEqualTo(Long.MAX_VALUE);

      ledger.runsEnd(1);
      while (archiver.waiting() == 0) {
        archiver.read(Duration.ZERO);
      }
      assertThat(archiver.isFull()).isTrue();
      assertThat(archiver.idleFor()).isZero();

      archiver.archive();
      assertThat(archiver.waiting()).isZero();
      assertThat(archiver.isFull()).isFalse();
      assertThat(
              archive
                  .all(
                      why -> {
                        throw why;
                      })
                  .runs())
          .hasSize(1);
    }
  }

  private static LedgerFollower<Runs, RunEvent> follower(Bus bus, Starts<Runs> starts) {
    return new LedgerFollower<>(
        bus,
        Ledgers.RUNS,
        "test",
        Timing.system(),
        LedgerSettings.DEFAULT,
        new ThrowingFaults(),
        starts);
  }

  private static final class NobodyElse implements RunArchiver.Listener {
    @Override
    public long heardBefore(int partition) {
      return Long.MAX_VALUE;
    }

    @Override
    public void ended(int partition, long offset, Run run) {}

    @Override
    public void deleted(int partition, long offset, RunId run) {}
  }
}
