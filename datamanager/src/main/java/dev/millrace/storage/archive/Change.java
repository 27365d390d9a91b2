package dev.millrace.storage.archive;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import java.util.Arrays;
import java.util.Optional;

/** What is to be archived under a key, or that nothing is any more. */
public final class Change {
  /** The largest value, in bytes. */
  public static final int LARGEST = Entry.LARGEST - 1;

  private static final byte DELETED = 0;
  private static final byte PRESENT = 1;
  private final Entry marked;

  private Change(Entry marked) {
    this.marked = marked;
  }

  /** The value is archived. */
  public static Change of(EntryKey key, byte[] value) {
    byte[] marked = new byte[1 + value.length];
    marked[0] = PRESENT;
    System.arraycopy(value, 0, marked, 1, value.length);
    return new Change(new Entry(key, marked));
  }

  /** What is archived under the key is forgotten. */
  public static Change deletion(EntryKey key) {
    return new Change(new Entry(key, new byte[] {DELETED}));
  }

  /** What it is about. */
  public EntryKey key() {
    return marked.key();
  }

  /** How many bytes it takes in a file, but for its key and before it is compressed. */
  public int size() {
    return marked.value().length;
  }

  /** As it is in a file: the value behind a byte that tells it from a deletion. */
  Entry marked() {
    return marked;
  }

  static boolean isDeletion(Entry marked) {
    return marked.value()[0] == DELETED;
  }

  /** The entry as it was archived; it must not be a deletion. */
  static Entry unmarked(Entry marked) {
    return new Entry(marked.key(), value(marked.value()).orElseThrow());
  }

  /** Empty for a deletion. */
  static Optional<byte[]> value(byte[] marked) {
    return marked[0] == DELETED
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(marked, 1, marked.length));
  }
}
