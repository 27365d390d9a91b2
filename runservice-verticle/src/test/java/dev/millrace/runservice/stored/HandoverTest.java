package dev.millrace.runservice.stored;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HandoverTest {
  private final MemoryObjectStore objects = new MemoryObjectStore(Clock.systemUTC());
  private final MemoryCoordinationStore keys = new MemoryCoordinationStore(System::nanoTime);
  private final AtomicInteger ids = new AtomicInteger();
  @TempDir Path folder;
  @TempDir Path scratch;

  @Test
  void theIndexStaysWhereItIsThoughTheLedgerIsReadFromBefore() {
    archivedUpTo(10, 57);
    RunArchive archive = RunArchive.open(objects, keys, this::id);
    try (var stored =
        StoredRuns.open(archive, IndexDumps.open(objects, keys, this::id), folder, 2)) {
      assertThat(stored.indexed(1)).isEqualTo(57);
      archivedUpTo(20, 57);
      try (var feed = new RunFeed(new Read(20, 37), stored)) {
        new Handover(feed, stored, keys).handOver();
      }

      assertThat(stored.indexed(0)).isEqualTo(20);
      assertThat(stored.indexed(1)).isEqualTo(57);
    }
  }

  private void archivedUpTo(long first, long second) {
    var archive = Archive.open(objects, keys, "runs", this::id);
    var files = new EntryWriter(objects, scratch, this::id, 1 << 20);
    var writer = new ArchiveWriter(archive, objects, files, 1 << 20, System::nanoTime);
    SortedMap<String, Long> upTo = new TreeMap<>();
    upTo.put("run-events/0", first);
    upTo.put("run-events/1", second);
    assertThat(writer.add(List.of(), List.of(), archive.positions(), upTo)).isTrue();
  }

  private String id() {
    return "o" + ids.incrementAndGet();
  }

  /** A ledger of which so much has been read. */
  private record Read(long first, long second) implements LedgerView<Runs, RunEvent> {
    @Override
    public int partitions() {
      return 2;
    }

    @Override
    public Runs state(int partition) {
      return Runs.EMPTY;
    }

    @Override
    public long n(int partition) {
      return 0;
    }

    @Override
    public long position(int partition) {
      return partition == 0 ? first : second;
    }

    @Override
    public boolean isAccepted(int partition, long offset) {
      return true;
    }

    @Override
    public Subscription subscribe(Listener<Runs, RunEvent> listener) {
      for (int p = 0; p < partitions(); p++) {
        listener.folding(p, 0, Runs.EMPTY);
      }
      return () -> {};
    }
  }
}
