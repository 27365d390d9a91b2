package dev.millrace.datamanager.logs;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Some of the output of a step, as it is archived: at most {@link #LARGEST} bytes.
 *
 * @param position of its first byte in the step
 * @param linesBefore how many line feeds came before it in the step
 * @param marks which of the bytes came when, in order, together all of them
 */
public record LogPiece(long position, long linesBefore, List<Mark> marks, byte[] bytes) {
  /** How many bytes a piece has at most. */
  public static final int LARGEST = 256 << 10;

  /** How many marks a piece has at most. */
  static final int MOST_MARKS = 16 << 10;

  private static final byte FORMAT = 1;
  private static final int HEAD = 1 + Long.BYTES + Long.BYTES + Integer.BYTES;
  private static final int MARK = 2 * Integer.BYTES;

  /**
   * When some bytes came, by the broker's clock.
   *
   * @param length how many
   */
  public record Mark(int length, Instant at) {}

  public LogPiece {
    marks = List.copyOf(marks);
  }

  /** The position after its last byte. */
  public long end() {
    return position + bytes.length;
  }

  /** How many of its bytes had come at the time; the others came later. */
  public int lengthUntil(Instant time) {
    int length = 0;
    for (Mark mark : marks) {
      if (mark.at().isAfter(time)) {
        return length;
      }
      length += mark.length();
    }
    return length;
  }

  /** How many line feeds are in its first bytes. */
  public int linesIn(int length) {
    int lines = 0;
    for (int i = 0; i < length; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** How many bytes it has up to and with the line feed of that number, from 1 on. */
  public int lengthOfLines(long lines) {
    long found = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' && ++found == lines) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("a piece with %d lines, not %d".formatted(found, lines));
  }

  /** Whether a mark at this time can be told beside the first one. */
  static boolean together(Instant first, Instant at) {
    long millis = at.toEpochMilli() - first.toEpochMilli();
    return millis >= 0 && millis <= Integer.MAX_VALUE;
  }

  /** All but the position, which is in the key. */
  byte[] write() {
    var out = ByteBuffer.allocate(HEAD + MARK * marks.size() + bytes.length);
    long first = marks.getFirst().at().toEpochMilli();
    out.put(FORMAT).putLong(linesBefore).putLong(first).putInt(marks.size());
    for (Mark mark : marks) {
      out.putInt(mark.length()).putInt((int) (mark.at().toEpochMilli() - first));
    }
    return out.put(bytes).array();
  }

  /**
   * What was written.
   *
   * @throws IllegalArgumentException if it is not of a format that is known here
   */
  static LogPiece read(long position, byte[] written) {
    var in = ByteBuffer.wrap(written);
    if (written.length < HEAD || in.get() != FORMAT) {
      throw new IllegalArgumentException("a piece of a log in a format that is not known here");
    }
    long linesBefore = in.getLong();
    long first = in.getLong();
    var marks = new Mark[in.getInt()];
    for (int i = 0; i < marks.length; i++) {
      marks[i] = new Mark(in.getInt(), Instant.ofEpochMilli(first + in.getInt()));
    }
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return new LogPiece(position, linesBefore, List.of(marks), bytes);
  }
}
