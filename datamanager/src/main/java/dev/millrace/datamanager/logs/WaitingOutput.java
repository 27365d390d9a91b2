package dev.millrace.datamanager.logs;

import dev.millrace.datamanager.logs.LogPiece.Mark;
import dev.millrace.events.run.LogChunk;
import dev.millrace.storage.archive.Change;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The output of one step that waits to be archived. Takes chunks in the order of their offsets and
 * keeps every byte once: what was there before is left out. Where bytes are missing the next piece
 * begins behind the gap, so whoever reads finds it.
 */
final class WaitingOutput {
  private final StepKey step;
  private final List<LogPiece> whole = new ArrayList<>();
  private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Mark> marks = new ArrayList<>();
  private long begin;
  private long linesBefore;
  private long position;
  private long lines;

  /**
   * Nothing waits.
   *
   * @param archived the last piece of the step that is archived, if there is one
   */
  WaitingOutput(StepKey step, @Nullable LogPiece archived) {
    this.step = step;
    if (archived != null) {
      position = archived.end();
      lines = archived.linesBefore() + archived.linesIn(archived.bytes().length);
    }
  }

  /** Takes what is new in the chunk; tells how many bytes that is. */
  int take(LogChunk chunk, Instant at) {
    long end = chunk.position() + chunk.bytes().length;
    if (end <= position) {
      return 0;
    }
    if (chunk.position() > position) {
      cut();
      position = chunk.position();
    }
    int from = (int) (position - chunk.position());
    int next = from;
    while (next < chunk.bytes().length) {
      next += add(chunk.bytes(), next, at);
    }
    return next - from;
  }

  /** Adds as many as the piece has room for. */
  private int add(byte[] from, int offset, Instant at) {
    if (isFull(at)) {
      cut();
    }
    if (bytes.size() == 0) {
      begin = position;
      linesBefore = lines;
    }
    int length = Math.min(from.length - offset, LogPiece.LARGEST - bytes.size());
    bytes.write(from, offset, length);
    mark(length, at);
    for (int i = offset; i < offset + length; i++) {
      lines += from[i] == '\n' ? 1 : 0;
    }
    position += length;
    return length;
  }

  private boolean isFull(Instant at) {
    return bytes.size() == LogPiece.LARGEST
        || marks.size() == LogPiece.MOST_MARKS
        || (!marks.isEmpty() && !LogPiece.together(marks.getFirst().at(), at));
  }

  private void mark(int length, Instant at) {
    Mark last = marks.isEmpty() ? null : marks.getLast();
    if (last != null && last.at().equals(at)) {
      marks.set(marks.size() - 1, new Mark(last.length() + length, at));
    } else {
      marks.add(new Mark(length, at));
    }
  }

  private void cut() {
    if (bytes.size() > 0) {
      whole.add(new LogPiece(begin, linesBefore, marks, bytes.toByteArray()));
      bytes = new ByteArrayOutputStream(); // the old one would keep its room
      marks.clear();
    }
  }

  /** What archives all that waits. */
  Stream<Change> changes() {
    cut();
    return whole.stream().map(piece -> LogArchive.change(step, piece));
  }

  /** All that waited is archived. */
  void archived() {
    whole.clear();
  }
}
