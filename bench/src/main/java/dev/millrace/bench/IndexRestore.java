package dev.millrace.bench;

import dev.millrace.datamanager.index.ArchiveFilling;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.runservice.stored.StoredRuns;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.PosixObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What it takes to make the index of runs again that is lost: from its dump, and from the archive
 * if there were none; and what a dump writes.
 */
final class IndexRestore {
  private static final int PARTITIONS = 8;
  private static final int DUMPS = 200;
  private final AtomicLong ids = new AtomicLong();
  private final MemoryCoordinationStore coordination =
      new MemoryCoordinationStore(System::nanoTime);
  private final Path folder;
  private final ObjectStore objects;
  private final Path scratch;

  IndexRestore(Path folder) throws IOException {
    this.folder = folder;
    this.objects =
        PosixObjectStore.open(
            Files.createDirectories(folder.resolve("objects")), Clock.systemUTC(), this::newId);
    this.scratch = Files.createDirectories(folder.resolve("scratch"));
  }

  void measure(int runs, Figures figures) {
    new ArchiveFilling(objects, coordination, scratch, this::newId, System::nanoTime)
        .write(() -> ArchivedRuns.sorted(runs));
    IndexDumps dumps = IndexDumps.open(objects, coordination, this::newId);
    double rows = dumps.files().stream().mapToLong(EntryFileInfo::entries).sum();
    figures.add("dump_bytes_per_run", written() / rows, "bytes");
    open("restored", dumps, "index_restored_from_dump", figures);
    var none =
        IndexDumps.open(
            objects("none"), new MemoryCoordinationStore(System::nanoTime), this::newId);
    open("filled", none, "index_filled_from_archive", figures);
    dump(dumps, figures);
  }

  private String newId() {
    return "o" + ids.incrementAndGet();
  }

  private ObjectStore objects(String name) {
    try {
      return PosixObjectStore.open(
          Files.createDirectories(folder.resolve(name)), Clock.systemUTC(), this::newId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(String name, IndexDumps dumps, String figure, Figures figures) {
    var archive = RunArchive.open(objects, coordination, this::newId);
    long begun = System.nanoTime();
    try (var stored = StoredRuns.open(archive, dumps, folder.resolve(name), PARTITIONS)) {
      figures.add(figure, (System.nanoTime() - begun) / 1e9, "s");
      System.err.printf("  %d runs%n", stored.size());
    }
  }

  /** The first of them is what is asked for; the others show how files are merged. */
  private void dump(IndexDumps dumps, Figures figures) {
    ArchiveWriter writer = dumps.writer(objects, scratch, this::newId, System::nanoTime);
    long added = 0;
    long all = 0;
    int most = 0;
    for (int i = 0; i < DUMPS; i++) {
      List<Change> rows = ArchivedRuns.more(1_000, i).map(IndexDumps::row).toList();
      long before = written();
      writer.add(rows, dumps.positions(), new TreeMap<>(Map.of("run-events/0", (long) i + 1)));
      long dump = written() - before;
      added += dump;
      all += dump;
      if (i == 0) {
        figures.add("dump_after_1000_runs", dump / 1e6, "MB");
      }
      most = Math.max(most, dumps.files().size());
      before = written();
      while (writer.compact()) {
        most = Math.max(most, dumps.files().size());
      }
      all += written() - before;
    }
    figures.add("dump_files_most", most, "");
    figures.add("dump_write_amplification", all / (double) added, "");
  }

  /** Nothing that was written is deleted here. */
  private long written() {
    long bytes = 0;
    for (String part : List.of("dumps/", "manifests/index/")) {
      try (Stream<ObjectInfo> listed = objects.list(part, "")) {
        bytes += listed.mapToLong(ObjectInfo::size).sum();
      }
    }
    return bytes;
  }
}
