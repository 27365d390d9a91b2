package dev.millrace.runservice.logs;

import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.LogPiece;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.logs.StepStart.Start;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.entries.CorruptFileException;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads output of steps that is there: what is archived from the archive, the rest from Kafka from
 * where the archive ends. What cannot be read from the archive now is read from Kafka while it is
 * still there. Used by one thread.
 */
final class StepSource {
  private static final Logger LOG = LoggerFactory.getLogger(StepSource.class);
  private final TaskLogs logs;
  private final int partition;
  private final StepStart starts;
  private final LogScan scan;

  StepSource(TaskLogs logs, int partition, StepStart starts) {
    this.logs = logs;
    this.partition = partition;
    this.starts = starts;
    this.scan = new LogScan(logs.followers(), LogTail.partition(partition));
  }

  /** Finds where a step begins on Kafka. */
  interface Finding {
    Start find() throws InterruptedException;
  }

  /**
   * Which output is wanted.
   *
   * @param to offset after the last chunk
   * @param bytes or up to which position
   * @param until and what came later is left out
   */
  record Wanted(long to, long bytes, Instant until) {
    /** All that there is before the offset. */
    static Wanted before(long offset) {
      return new Wanted(offset, Long.MAX_VALUE, Instant.MAX);
    }
  }

  /**
   * Gives to the step what is wanted.
   *
   * @param hint an offset from which on all the bytes wanted are found, as far as is known; or null
   * @throws LogGapException if bytes are missing; all before them were given
   * @throws ProblemException 410 if what is wanted is lost, 503 if it cannot be read now
   */
  void read(StepBytes bytes, @Nullable Long hint, Finding start, Wanted wanted)
      throws IOException, InterruptedException {
    if (hint != null && hint >= archive().position(partition)) {
      try {
        scan(hint, bytes, wanted);
        if (wanted.bytes() == Long.MAX_VALUE || bytes.position() >= wanted.bytes()) {
          return;
        }
      } catch (LogGapException | OffsetOutOfRangeException e) {
        LOG.debug("{} is not found from {} on: {}", bytes.key(), hint, e.getMessage());
      }
    }
    while (bytes.position() < wanted.bytes()) {
      long archived = archive().position(partition);
      StorageException failure = readArchived(bytes, wanted);
      try {
        scan(from(start.find(), archived, failure), bytes, wanted);
        return;
      } catch (OffsetOutOfRangeException e) {
        if (failure != null || !isArchivedFurther(archived)) {
          throw problem(bytes, failure, e);
        }
      } catch (LogGapException e) {
        if (failure != null) {
          throw problem(bytes, failure, e);
        } else if (!isArchivedFurther(archived)) {
          throw e;
        }
      }
    }
  }

  private LogArchive archive() {
    return logs.stored().archive();
  }

  /** What kept it from reading all that is archived; null if nothing did. */
  private @Nullable StorageException readArchived(StepBytes bytes, Wanted wanted)
      throws IOException {
    try {
      Iterator<LogPiece> pieces = archive().from(bytes.key(), bytes.position());
      while (bytes.position() < wanted.bytes() && pieces.hasNext()) {
        LogPiece piece = pieces.next();
        int length = piece.lengthUntil(wanted.until());
        bytes.take(piece.position(), piece.bytes(), length);
        if (length < piece.bytes().length) {
          return null;
        }
      }
      return null;
    } catch (StorageException e) {
      LOG.warn("the log of {} cannot be read from the archive: {}", bytes.key(), e.getMessage());
      return e;
    }
  }

  private long from(Start start, long archived, @Nullable StorageException failure)
      throws InterruptedException {
    long read = failure == null ? archived : 0;
    long kept = start.exact() ? 0 : starts.extent().start();
    if (kept > read && start.offset() <= kept) {
      throw new OffsetOutOfRangeException(LogTail.partition(partition), read); // as far as is known
    }
    return Math.max(read, start.offset());
  }

  private void scan(long from, StepBytes bytes, Wanted wanted)
      throws IOException, InterruptedException {
    if (from < wanted.to() && bytes.position() < wanted.bytes()) {
      long to = Math.min(wanted.to(), starts.extent().end());
      scan.read(from, to, bytes, wanted.bytes(), wanted.until());
    }
  }

  private boolean isArchivedFurther(long than) {
    try {
      archive().refresh();
    } catch (StorageException e) {
      LOG.warn("what was archived last is not known: {}", e.getMessage());
      throw later();
    }
    return archive().position(partition) > than;
  }

  private static ProblemException problem(
      StepBytes bytes, @Nullable StorageException failure, RuntimeException why) {
    return switch (failure) {
      case LostFileException lost -> gone(bytes, lost.getMessage());
      case CorruptFileException damaged -> gone(bytes, damaged.getMessage());
      case null -> gone(bytes, why.getMessage());
      default -> later();
    };
  }

  private static ProblemException gone(StepBytes bytes, @Nullable String why) {
    return new ProblemException(
        Problem.of(
            410,
            "gone",
            "the log of %s cannot be read from byte %d on: %s"
                .formatted(bytes.key(), bytes.position(), why)));
  }

  private static ProblemException later() {
    return ProblemException.tryLater("the log cannot be read at the moment; try again later");
  }
}
