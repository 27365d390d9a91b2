package dev.millrace.storage.index;

import dev.millrace.storage.entries.Bytes;
import dev.millrace.storage.entries.BytesReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the index has of a run as a few bytes, so that an index can be made again without the runs
 * themselves: a format, what is there of what may be missing (a bit each), then texts and numbers.
 */
public final class RunRow {
  private static final int FORMAT = 1;
  private static final int STARTED = 1;
  private static final int ENDED = 2;
  private static final int BRANCH = 4;
  private static final int AUTHOR = 8;
  private static final int TRIGGER = 16;

  private RunRow() {}

  /** The row; {@link #read} makes the same run of it. */
  public static byte[] write(IndexedRun run) {
    Instant started = run.startedAt();
    Instant ended = run.endedAt();
    long created = run.createdAt().toEpochMilli();
    var bytes =
        new Bytes()
            .number(FORMAT)
            .number(
                flag(STARTED, started)
                    | flag(ENDED, ended)
                    | flag(BRANCH, run.branch())
                    | flag(AUTHOR, run.author())
                    | flag(TRIGGER, run.trigger()))
            .text(run.group())
            .number(run.number())
            .text(run.name())
            .text(run.phase())
            .text(run.result())
            .number(zigzag(created));
    if (started != null) {
      bytes.number(zigzag(started.toEpochMilli() - created));
    }
    if (ended != null) {
      bytes.number(zigzag(ended.toEpochMilli() - created));
    }
    for (String text : new @Nullable String[] {run.branch(), run.author(), run.trigger()}) {
      if (text != null) {
        bytes.text(text);
      }
    }
    return bytes.take();
  }

  private static int flag(int bit, @Nullable Object value) {
    return value == null ? 0 : bit;
  }

  /** Small numbers of either sign become small ones from 0 on. */
  private static long zigzag(long number) {
    return (number << 1) ^ (number >> 63);
  }

  private static long unzigzag(long number) {
    return (number >>> 1) ^ -(number & 1);
  }

  /**
   * The run of a row.
   *
   * @throws UnreadableRowException if it is of a format that is not known here
   */
  public static IndexedRun read(byte[] row) {
    try {
      return read(new BytesReader(row));
    } catch (BytesReader.Invalid e) {
      throw new UnreadableRowException(String.valueOf(e.getMessage()));
    }
  }

  private static IndexedRun read(BytesReader in) throws BytesReader.Invalid {
    long format = in.number();
    if (format != FORMAT) {
      throw new UnreadableRowException("format " + format + " is not known here");
    }
    long flags = in.number();
    String group = in.text();
    long number = in.number();
    String name = in.text();
    String phase = in.text();
    String result = in.text();
    Instant created = Instant.ofEpochMilli(unzigzag(in.number()));
    return new IndexedRun(
        group,
        number,
        name,
        phase,
        result,
        created,
        (flags & STARTED) == 0 ? null : created.plusMillis(unzigzag(in.number())),
        (flags & ENDED) == 0 ? null : created.plusMillis(unzigzag(in.number())),
        (flags & BRANCH) == 0 ? null : in.text(),
        (flags & AUTHOR) == 0 ? null : in.text(),
        (flags & TRIGGER) == 0 ? null : in.text());
  }
}
