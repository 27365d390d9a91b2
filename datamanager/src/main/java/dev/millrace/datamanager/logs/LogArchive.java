package dev.millrace.datamanager.logs;

import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunEvent;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.archive.FolderSearch;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The archive of what steps have written, in pieces that are never written again. Its positions are
 * those of the partitions of {@code task-logs} up to where every chunk is in it, whoever wrote it.
 *
 * <p>Any thread. Calls block, and fail as those of {@link Archive}.
 */
public final class LogArchive {
  /** Where its files are, and nothing else. */
  public static final String FOLDER = "archive/logs/";

  private static final String MANIFEST = "logs";

  private final Archive archive;

  private LogArchive(Archive archive) {
    this.archive = archive;
  }

  /**
   * Opens the archive, which is empty if nothing was ever archived.
   *
   * @param ids makes short random ids
   */
  public static LogArchive open(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    return new LogArchive(Archive.open(objects, coordination, MANIFEST, ids));
  }

  /** The key in the coordination store that changes whenever something was archived. */
  public String pointer() {
    return archive.pointer();
  }

  /** Reads what was archived before now. */
  public void refresh() {
    archive.refresh();
  }

  /** Before which offset of the partition of {@code task-logs} every chunk is archived. */
  public long position(int partition) {
    return archive.positions().getOrDefault(positionName(partition), 0L);
  }

  private static Optional<LogPiece> lastUpTo(FolderSearch search, StepKey step, long position) {
    return search.lastUpTo(LogKeys.piece(step, position)).map(LogArchive::read);
  }

  /** The last piece of the step that can be read; empty if there is none. */
  Optional<LogPiece> lastReadable(StepKey step) {
    return archive
        .search()
        .lastReadableUpTo(LogKeys.piece(step, Long.MAX_VALUE))
        .map(LogArchive::read);
  }

  /**
   * The last piece of the step of which the condition holds, which has to hold of all pieces before
   * it too. Found by halving: of a thousand pieces it reads ten.
   */
  public Optional<LogPiece> last(StepKey step, Predicate<LogPiece> condition) {
    FolderSearch search = archive.search();
    Optional<LogPiece> best = Optional.empty();
    long low = 0;
    long high = lastUpTo(search, step, Long.MAX_VALUE).map(LogPiece::position).orElse(-1L);
    long middle = high; // most of the time it is the last one
    while (low <= high) {
      Optional<LogPiece> piece = lastUpTo(search, step, middle);
      if (piece.isEmpty() || piece.get().position() < low) {
        low = middle + 1;
      } else if (condition.test(piece.get())) {
        best = piece;
        low = piece.get().end(); // no two have the same byte
      } else {
        high = piece.get().position() - 1;
      }
      middle = low + (high - low) / 2;
    }
    return best;
  }

  /**
   * The pieces of the step from the one on that has the byte at the position, as long as each
   * begins where the one before has ended; none if that byte is not archived. A block of a file is
   * in memory.
   *
   * @throws dev.millrace.storage.StorageException if it may have been in a file that is gone or
   *     damaged, as going on does
   */
  public Iterator<LogPiece> from(StepKey step, long position) {
    if (position == 0) {
      return new Pieces(step, null); // its key is known
    }
    return withByte(step, position)
        .<Iterator<LogPiece>>map(first -> new Pieces(step, first))
        .orElseGet(Collections::emptyIterator);
  }

  private Optional<LogPiece> withByte(StepKey step, long position) {
    FolderSearch search = archive.search();
    try {
      return lastUpTo(search, step, position).filter(piece -> piece.end() > position);
    } catch (LostFileException | CorruptFileException e) {
      Optional<LogPiece> piece =
          search
              .lastReadableUpTo(LogKeys.piece(step, position))
              .map(LogArchive::read)
              .filter(found -> found.end() > position);
      if (piece.isEmpty()) {
        throw e;
      }
      return piece; // no other one has it
    }
  }

  private final class Pieces implements Iterator<LogPiece> {
    private final StepKey step;
    private Iterator<Entry> entries = Collections.emptyIterator();
    private @Nullable LogPiece next;
    private long position;

    Pieces(StepKey step, @Nullable LogPiece first) {
      this.step = step;
      this.next = first;
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = read();
      }
      return next != null;
    }

    private @Nullable LogPiece read() {
      var key = LogKeys.piece(step, position);
      Entry entry = following();
      if (entry == null || !entry.key().equals(key)) {
        entries = archive.together(key);
        entry = entries.hasNext() ? entries.next() : null;
      }
      return entry == null || !entry.key().equals(key) ? null : LogArchive.read(entry);
    }

    private @Nullable Entry following() {
      try {
        return entries.hasNext() ? entries.next() : null;
      } catch (LostFileException _) {
        return null; // merged meanwhile: then it is found in another file
      }
    }

    @Override
    public LogPiece next() {
      LogPiece now = hasNext() ? next : null;
      if (now == null) {
        throw new NoSuchElementException();
      }
      next = null;
      position = now.end();
      return now;
    }
  }

  private static LogPiece read(Entry entry) {
    try {
      return LogPiece.read(LogKeys.position(entry.key()), entry.value());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("cannot read the archived " + entry.key(), e);
    }
  }

  /** What was written before this has expired; empty if nothing ever does. */
  public Optional<Instant> horizon() {
    return archive.horizon();
  }

  /** Whether somebody has deleted the logs of the task, or of the whole run. */
  public boolean isDeleted(RunId run, String task) {
    return archive.find(LogKeys.note(run, null)).isPresent()
        || archive.find(LogKeys.note(run, task)).isPresent();
  }

  /** What archives that logs were deleted; nothing if nobody can ask for them any more. */
  static Optional<Change> note(RunEvent.OfEnded deletion, Instant at) {
    return switch (deletion) {
      case RunEvent.RunDeleted _ -> Optional.empty();
      case RunEvent.LogsDeleted(var run, var task) ->
          Optional.of(Change.of(LogKeys.note(run, task), new byte[0], at));
    };
  }

  /** What is to be deleted, by the beginnings of keys. */
  static Stream<EntryKey> deleted(RunEvent.OfEnded deletion) {
    return switch (deletion) {
      case RunEvent.RunDeleted(var run) ->
          Stream.of(LogKeys.allOf(run, null), LogKeys.note(run, null));
      case RunEvent.LogsDeleted(var run, var task) -> Stream.of(LogKeys.allOf(run, task));
    };
  }

  /** What archives the piece; it expires by the time of its last byte. */
  static Change change(StepKey step, LogPiece piece) {
    return Change.of(
        LogKeys.piece(step, piece.position()), piece.write(), piece.marks().getLast().at());
  }

  static String positionName(int partition) {
    return Topics.TASK_LOGS.name() + "/" + partition;
  }

  SortedMap<String, Long> positions() {
    return archive.positions();
  }

  /** The entries themselves, for whoever writes them or looks at their files. */
  public Archive archive() {
    return archive;
  }
}
