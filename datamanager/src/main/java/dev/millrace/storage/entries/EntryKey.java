package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What an entry is found by. Keys are ordered by type, then by id, both by the bytes of their
 * UTF-8.
 *
 * @param type names a kind of entries; 1 to 64 bytes
 * @param id names one of them; 1 to 1,024 bytes
 */
public record EntryKey(String type, String id) implements Comparable<EntryKey> {
  /** The longest type, in bytes. */
  public static final int LONGEST_TYPE = 64;

  /** The longest id, in bytes. */
  public static final int LONGEST_ID = 1_024;

  public EntryKey {
    check("type", type, LONGEST_TYPE);
    check("id", id, LONGEST_ID);
  }

  private static void check(String what, String text, int longest) {
    int length = text.getBytes(UTF_8).length;
    if (length == 0 || length > longest) {
      throw new IllegalArgumentException(
          "the %s of an entry has 1 to %d bytes, not %d".formatted(what, longest, length));
    }
  }

  /** The beginning of the id, up to and with its last slash; empty if it has none. */
  public String folder() {
    return id.substring(0, id.lastIndexOf('/') + 1);
  }

  /** Whether type and {@link #folder} are the same. */
  boolean isBeside(EntryKey other) {
    return type.equals(other.type) && folder().equals(other.folder());
  }

  /** Whether it is in the {@link #folder} of the other one, or in one within it. */
  boolean isBelow(EntryKey other) {
    return type.equals(other.type) && id.startsWith(other.folder());
  }

  @Override
  public int compareTo(EntryKey other) {
    int byType = compare(type, other.type);
    return byType == 0 ? compare(id, other.id) : byType;
  }

  private static int compare(String one, String other) {
    return Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return type + " " + id;
  }
}
