package dev.millrace.storage.entries;

/** A key and what is stored under it. */
public record Entry(EntryKey key, byte[] value) {
  /** The largest value, in bytes. */
  public static final int LARGEST = 32 << 20;

  public Entry {
    if (value.length > LARGEST) {
      throw new IllegalArgumentException(
          "%s has %d bytes, an entry at most %d".formatted(key, value.length, LARGEST));
    }
  }
}
