package dev.millrace.datamanager.index;

import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.archive.MergePolicy;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.index.RunIndex;
import dev.millrace.storage.index.RunRow;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the index of runs has, in the object storage: a row for each run that is archived. A dump is
 * one more file with what is new, so an index that is lost is made again without the runs
 * themselves. Its positions are those of the ledger's partitions up to where all runs that had
 * ended are in it, which the archive has as well.
 *
 * <p>Any thread. Calls block, and fail as those of {@link Archive}.
 */
public final class IndexDumps {
  /** Where its files are, and nothing else. */
  public static final String FOLDER = "dumps/";

  /** How large a file gets, in bytes: some eight million rows. */
  private static final long LARGEST = 256 << 20;

  /** At most twenty files count, also while one is being added. */
  private static final MergePolicy MERGES = new MergePolicy(LARGEST / 2, 19);

  private static final Logger LOG = LoggerFactory.getLogger(IndexDumps.class);
  private static final String MANIFEST = "index";
  private static final String TYPE = "row";
  private static final EntryKey FIRST = new EntryKey(TYPE, "\0");

  private final Archive rows;

  private IndexDumps(Archive rows) {
    this.rows = rows;
  }

  /**
   * Opens them; there may be none.
   *
   * @param ids makes short random ids
   */
  public static IndexDumps open(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    return new IndexDumps(Archive.open(objects, coordination, MANIFEST, ids));
  }

  /** Hears of what was dumped before now. */
  public void refresh() {
    rows.refresh();
  }

  /** Before which offset of the ledger's partition all runs that had ended are in the dumps. */
  public long position(int partition) {
    return rows.positions().getOrDefault(RunArchive.positionName(partition), 0L);
  }

  /** Up to where the dumps go, by the names that {@link ArchiveWriter} takes. */
  public SortedMap<String, Long> positions() {
    return rows.positions();
  }

  /** The files that count: twenty at most, as long as there are not many millions of runs. */
  public List<EntryFileInfo> files() {
    return rows.files();
  }

  /**
   * Adds all rows to an index that has none. Where a file is missing or damaged the dump before
   * counts, as long as it is kept; the index is emptied before that.
   *
   * @return up to where each partition of the ledger is in it, by number; empty if nothing was
   *     dumped or no dump is whole: then the index has no run
   * @throws java.io.UncheckedIOException if the index cannot be written
   */
  public Optional<SortedMap<Integer, Long>> restore(RunIndex into) {
    for (Archive.Generation dump : rows.generations().toList()) {
      try {
        into.addAll(dump.from(FIRST), row -> RunRow.read(row.value()));
        return Optional.of(byPartition(dump.positions()));
      } catch (StorageException e) {
        LOG.error("a dump of the index of runs cannot be read: {}", e.getMessage());
        into.deleteAll();
      }
    }
    return Optional.empty();
  }

  private static SortedMap<Integer, Long> byPartition(SortedMap<String, Long> positions) {
    SortedMap<Integer, Long> all = new TreeMap<>();
    positions.forEach(
        (name, position) -> RunArchive.partition(name).ifPresent(p -> all.put(p, position)));
    return all;
  }

  /**
   * What adds to these dumps and merges them.
   *
   * @param scratch a folder for files on their way to the store
   * @param nanos rises steadily
   */
  public ArchiveWriter writer(
      ObjectStore objects, Path scratch, Supplier<String> ids, LongSupplier nanos) {
    var files = new EntryWriter(objects, scratch, () -> FOLDER + ids.get(), LARGEST);
    return new ArchiveWriter(rows, objects, files, MERGES, nanos);
  }

  /** What adds the run. */
  public static Change row(Run run) {
    byte[] row = RunRow.write(IndexedRuns.of(run));
    Instant ended = run.endedAt();
    return ended == null ? Change.of(key(run.id()), row) : Change.of(key(run.id()), row, ended);
  }

  static EntryKey key(RunId id) {
    return new EntryKey(TYPE, RunArchive.entryId(id));
  }

  /** What adds all these, which are sorted as they are in the archive. */
  static Stream<Change> rows(Stream<Run> runs) {
    return runs.map(IndexDumps::row);
  }

  /** The rows themselves, for whoever reads them all. */
  public Archive archive() {
    return rows;
  }
}
