package dev.millrace.datamanager.index;

import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.run.Run;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Writes any number of runs that have ended elsewhere, and the dump of their index, into an
 * installation that nobody serves meanwhile. What was archived there before is not any more.
 */
public final class ArchiveFilling {
  private final ObjectStore objects;
  private final CoordinationStore coordination;
  private final Path scratch;
  private final Supplier<String> ids;
  private final LongSupplier nanos;

  /**
   * Writes nothing yet.
   *
   * @param scratch a folder for files on their way to the store
   * @param ids makes short random ids
   * @param nanos rises steadily
   */
  public ArchiveFilling(
      ObjectStore objects,
      CoordinationStore coordination,
      Path scratch,
      Supplier<String> ids,
      LongSupplier nanos) {
    this.objects = objects;
    this.coordination = coordination;
    this.scratch = scratch;
    this.ids = ids;
    this.nanos = nanos;
  }

  /**
   * Writes them; they are taken as they come. The ledger's positions stay what they were.
   *
   * @param sorted makes the same runs each time, by root group and number, no two of one id
   * @throws IllegalStateException if somebody else has archived anything meanwhile
   */
  public void write(Supplier<Stream<Run>> sorted) {
    var archive = RunArchive.open(objects, coordination, ids);
    SortedMap<String, Long> positions = archive.positions();
    var files =
        new EntryWriter(
            objects, scratch, () -> RunArchive.FOLDER + ids.get(), EntryWriter.DEFAULT_SIZE);
    var writer =
        new ArchiveWriter(archive.archive(), objects, files, EntryWriter.DEFAULT_SIZE / 2, nanos);
    var dumps = IndexDumps.open(objects, coordination, ids);
    try (var runs = sorted.get();
        var rows = sorted.get()) {
      if (!writer.replace(runs.map(RunArchive::change), positions, positions)
          || !dumps
              .writer(objects, scratch, ids, nanos)
              .replace(IndexDumps.rows(rows), dumps.archive().positions(), positions)) {
        throw new IllegalStateException("somebody else archives there");
      }
    }
  }
}
