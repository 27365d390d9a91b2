package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.LogPiece;
import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.storage.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds lines in what there is of the output of one step, or of several joined. Archived pieces say
 * how many lines were before them, so of what is archived little is read, however much it is. Used
 * by one thread.
 */
final class LineSearch {
  private static final Logger LOG = LoggerFactory.getLogger(LineSearch.class);
  private final LogArchive archive;
  private final StepReader reader;
  private final List<Counted> steps = new ArrayList<>();
  private long lines;
  private long end;
  private boolean open;

  /**
   * A step and what is before it.
   *
   * @param base bytes before it
   * @param before line feeds before it
   * @param archived what of it is archived
   * @param lines how many line feeds it has
   */
  private record Counted(int step, long base, long before, Archived archived, long lines) {}

  /**
   * What is archived of a step and counts.
   *
   * @param open whether something comes after the last line feed
   */
  private record Archived(long end, long lines, boolean open) {
    static final Archived NOTHING = new Archived(0, 0, false);

    static Archived of(LogPiece last, Instant until) {
      int length = last.lengthUntil(until);
      return new Archived(
          last.position() + length,
          last.linesBefore() + last.linesIn(length),
          length > 0 && last.bytes()[length - 1] != '\n');
    }
  }

  private LineSearch(LogArchive archive, StepReader reader) {
    this.archive = archive;
    this.reader = reader;
  }

  /** Counts the lines of these steps as far as they are there. */
  static LineSearch of(LogArchive archive, StepReader reader, IntStream steps)
      throws IOException, InterruptedException {
    var search = new LineSearch(archive, reader);
    for (int step : steps.toArray()) {
      if (!search.count(step)) {
        break;
      }
    }
    return search;
  }

  /** Whether the step has ended, so that the one after it is to be counted. */
  private boolean count(int step) throws IOException, InterruptedException {
    if (!reader.begun(step)) {
      return false;
    }
    Archived archived = archived(step);
    var rest = new LineCount(archived.lines(), archived.open(), -1);
    var bytes = new StepBytes(reader.key(step), 0, archived.end(), rest);
    boolean ended = reader.readWhatIsThere(step, bytes);
    steps.add(new Counted(step, end, lines, archived, rest.lines()));
    lines += rest.lines();
    end += bytes.position();
    open = bytes.position() > 0 ? rest.open() : open;
    return ended;
  }

  private Archived archived(int step) {
    Instant until = reader.until(step);
    try {
      Optional<LogPiece> last =
          archive.last(reader.key(step), piece -> piece.lengthUntil(until) > 0);
      return last.map(piece -> Archived.of(piece, until)).orElse(Archived.NOTHING);
    } catch (StorageException e) {
      LOG.warn("lines of {} are counted one by one: {}", reader.key(step), e.getMessage());
      return Archived.NOTHING;
    }
  }

  /** How many lines there are, with one that has not ended. */
  long lines() {
    return lines + (open ? 1 : 0);
  }

  /** Where the line of this number begins, from 1 on; the end if there are not as many. */
  long position(long line) throws IOException, InterruptedException {
    long feeds = line - 1;
    if (feeds == 0) {
      return 0;
    }
    for (Counted each : steps) {
      if (feeds > each.before() && feeds <= each.before() + each.lines()) {
        return each.base() + after(feeds - each.before(), each);
      }
    }
    return end;
  }

  /** The position in the step after the line feed of this number. */
  private long after(long feeds, Counted in) throws IOException, InterruptedException {
    StepKey key = reader.key(in.step());
    Archived archived = in.archived();
    if (feeds <= archived.lines()) {
      LogPiece piece =
          archive
              .last(key, each -> each.linesBefore() < feeds)
              .orElseThrow(() -> new IllegalStateException(key + " has fewer lines than before"));
      return piece.position() + piece.lengthOfLines(feeds - piece.linesBefore());
    }
    var rest = new LineCount(archived.lines(), archived.open(), feeds);
    reader.readWhatIsThere(in.step(), new StepBytes(key, 0, archived.end(), rest));
    return rest.found();
  }
}
