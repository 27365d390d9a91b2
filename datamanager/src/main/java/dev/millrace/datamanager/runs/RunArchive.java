package dev.millrace.datamanager.runs;

import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunSnapshot;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The archive of runs that have ended: an entry a run, as it was at its end. Its positions are
 * those of the ledger's partitions up to where all runs that had ended are in it.
 *
 * <p>Any thread. Calls block, and fail as those of {@link Archive}.
 */
public final class RunArchive {
  /** Where its files are, and nothing else. */
  public static final String FOLDER = "archive/runs/";

  private static final String MANIFEST = "runs";
  private static final String TYPE = "run";
  private static final EntryKey FIRST = new EntryKey(TYPE, "\0");

  private final Archive archive;

  private RunArchive(Archive archive) {
    this.archive = archive;
  }

  /**
   * Opens the archive, which is empty if nothing was ever archived.
   *
   * @param ids makes short random ids
   */
  public static RunArchive open(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    return new RunArchive(Archive.open(objects, coordination, MANIFEST, ids));
  }

  /** The key in the coordination store that changes whenever something was archived. */
  public String pointer() {
    return archive.pointer();
  }

  /** Reads what was archived before now. */
  public void refresh() {
    archive.refresh();
  }

  /**
   * Before which offset of the ledger's partition every run that was ended by a decision is
   * archived.
   */
  public long position(int partition) {
    return position(archive.positions(), partition);
  }

  private static long position(SortedMap<String, Long> positions, int partition) {
    return positions.getOrDefault(positionName(partition), 0L);
  }

  /** What ended before this has expired; empty if nothing ever does. */
  public Optional<Instant> horizon() {
    return archive.horizon();
  }

  /** The run as it was at its end; empty if it is not archived, was deleted or has expired. */
  public Optional<Run> find(RunId id) {
    return archive.find(key(id)).map(value -> read(id.toString(), value));
  }

  /**
   * The archive as it was at one moment.
   *
   * @param runs by root group and number
   */
  public record All(Stream<Run> runs, SortedMap<String, Long> positions) {
    /** As {@link RunArchive#position}. */
    public long position(int partition) {
      return RunArchive.position(positions, partition);
    }
  }

  /**
   * All that is in it now and can be read.
   *
   * @param unreadable as that of {@link Archive#rest}
   */
  public All all(Consumer<StorageException> unreadable) {
    Archive.Rest rest = archive.rest(FIRST, unreadable);
    Iterable<Entry> entries = rest::entries;
    return new All(
        StreamSupport.stream(entries.spliterator(), false)
            .takeWhile(entry -> entry.key().type().equals(TYPE))
            .map(entry -> read(entry.key().id(), entry.value())),
        rest.positions());
  }

  private static Run read(String id, byte[] value) {
    try {
      return RunSnapshot.read(value);
    } catch (UnreadableException e) {
      throw new IllegalStateException("cannot read the archived run " + id, e);
    }
  }

  /** What archives the run. */
  public static Change change(Run run) {
    Instant ended = run.endedAt();
    return ended == null
        ? Change.of(key(run.id()), RunSnapshot.write(run))
        : Change.of(key(run.id()), RunSnapshot.write(run), ended);
  }

  /** Runs of a root group follow one another by number; no key begins with another one. */
  static EntryKey key(RunId id) {
    return new EntryKey(TYPE, entryId(id));
  }

  /** The id of the run's entry: sorted, runs are by root group and number. */
  public static String entryId(RunId id) {
    return "%s/%019d".formatted(id.root(), id.number());
  }

  /** The id of an entry as people write it: {@code project/x/7}. */
  public static String readable(String id) {
    int slash = id.lastIndexOf('/');
    return slash < 0 || !id.substring(slash + 1).matches("\\d{19}")
        ? id
        : id.substring(0, slash + 1) + Long.parseLong(id.substring(slash + 1));
  }

  /** How a position names the partition of the ledger, here and in what goes as far. */
  public static String positionName(int partition) {
    return Topics.RUN_EVENTS.name() + "/" + partition;
  }

  /** The partition of a position's name; empty if it is one of something else. */
  public static OptionalInt partition(String positionName) {
    String prefix = Topics.RUN_EVENTS.name() + "/";
    return positionName.startsWith(prefix)
        ? OptionalInt.of(Integer.parseInt(positionName.substring(prefix.length())))
        : OptionalInt.empty();
  }

  /**
   * Up to where it goes, by the names that {@link dev.millrace.storage.archive.ArchiveWriter}
   * takes.
   */
  public SortedMap<String, Long> positions() {
    return archive.positions();
  }

  /** The entries themselves, for whoever writes them or looks at their files. */
  public Archive archive() {
    return archive;
  }
}
