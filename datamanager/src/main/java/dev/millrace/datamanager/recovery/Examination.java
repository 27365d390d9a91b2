package dev.millrace.datamanager.recovery;

import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.LogKeys;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.storage.checkpoints.Note;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFile;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.NoSuchObjectException;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the object storage has all that it should have. It changes nothing, and a server
 * may be at work meanwhile. Any thread; calls block.
 */
public final class Examination {
  private static final EntryKey LOWEST = new EntryKey("\0", "\0");

  private final ObjectStore objects;
  private final boolean whole;

  /**
   * What there is.
   *
   * @param files of the archive of runs
   * @param runs that should be in them
   * @param archive what is wrong with them
   * @param logFiles of the archive of logs
   * @param logs what is wrong with them
   * @param bytes that these files should have
   * @param checkpoints when each was made, the newest first
   * @param unusable what is wrong with their files
   * @param dumps files with dumps of the index of runs
   * @param rows that should be in them
   * @param incomplete what is wrong with them; they are made anew from the archive
   * @param notes what was lost before, and where all of it comes from
   */
  public record Report(
      int files,
      long runs,
      List<Finding> archive,
      int logFiles,
      List<Finding> logs,
      long bytes,
      List<Instant> checkpoints,
      List<Finding> unusable,
      int dumps,
      long rows,
      List<Finding> incomplete,
      List<Note> notes) {
    /** Whether nothing is wrong. */
    public boolean isWhole() {
      return archive.isEmpty() && logs.isEmpty() && unusable.isEmpty() && incomplete.isEmpty();
    }
  }

  /**
   * Something that is wrong with a file.
   *
   * @param why a sentence
   * @param entries how many the file has, or had
   * @param type of the first of them: what kind of things they are
   * @param first the id of the first
   * @param last the id of the last
   */
  public record Finding(
      String path, String why, long entries, String type, String first, String last) {}

  private Examination(ObjectStore objects, boolean whole) {
    this.objects = objects;
    this.whole = whole;
  }

  /**
   * Looks at everything.
   *
   * @param whole whether every file is read from its beginning to its end; otherwise only their
   *     sizes are looked at
   * @throws dev.millrace.storage.StorageException if the stores cannot be read
   */
  public static Report of(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids, boolean whole) {
    var examination = new Examination(objects, whole);
    List<EntryFileInfo> files = RunArchive.open(objects, coordination, ids).archive().files();
    List<EntryFileInfo> logs = LogArchive.open(objects, coordination, ids).archive().files();
    List<EntryFileInfo> dumps = IndexDumps.open(objects, coordination, ids).files();
    var checkpoints = LedgerCheckpoints.open(objects, coordination, ids).store();
    var kept = checkpoints.kept();
    return new Report(
        files.size(),
        entries(files),
        examination.findings(files),
        logs.size(),
        examination.findings(logs),
        Stream.concat(files.stream(), logs.stream()).mapToLong(EntryFileInfo::size).sum(),
        kept.stream().map(checkpoint -> checkpoint.at()).toList(),
        examination.findings(kept.stream().flatMap(each -> each.files().stream()).toList()),
        dumps.size(),
        entries(dumps),
        examination.findings(dumps),
        checkpoints.notes());
  }

  private static long entries(List<EntryFileInfo> files) {
    return files.stream().mapToLong(EntryFileInfo::entries).sum();
  }

  private List<Finding> findings(List<EntryFileInfo> files) {
    return files.stream().flatMap(file -> finding(file).stream()).toList();
  }

  private Optional<Finding> finding(EntryFileInfo file) {
    return Optional.ofNullable(wrong(file))
        .map(
            why ->
                new Finding(
                    file.path(),
                    why,
                    file.entries(),
                    file.first().type(),
                    readable(file.first()),
                    readable(file.last())));
  }

  private static String readable(EntryKey key) {
    return key.type().equals(LogKeys.TYPE)
        ? LogKeys.readable(key.id())
        : RunArchive.readable(key.id());
  }

  private @Nullable String wrong(EntryFileInfo file) {
    Optional<ObjectInfo> there = objects.stat(file.path());
    if (there.isEmpty()) {
      return "it is missing";
    }
    if (there.get().size() != file.size()) {
      return "it has %d bytes, not %d".formatted(there.get().size(), file.size());
    }
    return whole ? damage(file) : null;
  }

  private @Nullable String damage(EntryFileInfo file) {
    try {
      Iterator<Entry> entries = EntryFile.open(objects, file).from(LOWEST);
      long count = 0;
      while (entries.hasNext()) {
        entries.next();
        count++;
      }
      return count == file.entries()
          ? null
          : "it has %d entries, not %d".formatted(count, file.entries());
    } catch (NoSuchObjectException _) {
      return "it is missing";
    } catch (CorruptFileException e) {
      return "it is damaged at byte " + e.offset();
    }
  }
}
