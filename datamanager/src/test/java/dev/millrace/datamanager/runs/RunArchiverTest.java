package dev.millrace.datamanager.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.entries.EntryWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunArchiverTest {
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(1);
  @TempDir Path scratch;

  @Test
  void whenManyBytesWaitTheyAreArchivedBeforeMoreIsRead() {
    var archive = here.archive();
    var files = new EntryWriter(here.objects, scratch, here::id, 1 << 20);
    var writer =
        new ArchiveWriter(archive.archive(), here.objects, files, 1 << 20, here.timing().nanos());
    var settings = new RunArchiver.Settings(1_000, Duration.ofDays(1), 1);
    try (var archiver =
        new RunArchiver(
            settings,
            here.bus,
            archive,
            writer,
            here.timing(),
            this::follower,
            Checkpoints.NONE,
            new NobodyElse(),
            deleted -> {
              throw new AssertionError(deleted);
            })) {
      var ledger = new RunLedger(here.bus);
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
      assertThat(MemoryInstallation.archived(archive)).hasSize(1);
    }
  }

  private LedgerFollower<Runs, RunEvent> follower(Starts<Runs> starts) {
    return new LedgerFollower<>(
        here.bus,
        Ledgers.RUNS,
        "test",
        here.timing(),
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
