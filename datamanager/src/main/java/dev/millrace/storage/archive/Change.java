package dev.millrace.storage.archive;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/** What is to be archived under a key. */
public final class Change {
  /** The largest value, in bytes. */
  public static final int LARGEST = Entry.LARGEST - 1 - Long.BYTES;

  private static final byte UNDATED = 1;
  private static final byte DATED = 2;
  private static final long NEVER = Long.MAX_VALUE;
  private final Entry marked;

  private Change(Entry marked) {
    this.marked = marked;
  }

  /** The value is archived; it does not expire. */
  public static Change of(EntryKey key, byte[] value) {
    return new Change(
        new Entry(key, ByteBuffer.allocate(1 + value.length).put(UNDATED).put(value).array()));
  }

  /**
   * The value is archived, until what is of that time expires.
   *
   * @param at kept to the millisecond
   */
  public static Change of(EntryKey key, byte[] value, Instant at) {
    byte[] marked =
        ByteBuffer.allocate(1 + Long.BYTES + value.length)
            .put(DATED)
            .putLong(at.toEpochMilli())
            .put(value)
            .array();
    return new Change(new Entry(key, marked));
  }

  /** What it is about. */
  public EntryKey key() {
    return marked.key();
  }

  /** How many bytes it takes in a file, but for its key and before it is compressed. */
  public int size() {
    return marked.value().length;
  }

  /** As it is in a file: the value behind its time, and a byte that says whether it has one. */
  Entry marked() {
    return marked;
  }

  /** The time of what was marked, in milliseconds since the epoch; the largest if it has none. */
  static long at(byte[] marked) {
    return isDated(marked) ? ByteBuffer.wrap(marked).getLong(1) : NEVER;
  }

  /** The entry as it was archived. */
  static Entry unmarked(Entry marked) {
    return new Entry(marked.key(), value(marked.value()));
  }

  static byte[] value(byte[] marked) {
    return Arrays.copyOfRange(marked, isDated(marked) ? 1 + Long.BYTES : 1, marked.length);
  }

  private static boolean isDated(byte[] marked) {
    return switch (marked[0]) {
      case DATED -> true;
      case UNDATED -> false;
      default -> throw new ArchiveException("an entry is not of a format that is known here", null);
    };
  }
}
