package dev.millrace.storage.objects;

import java.util.regex.Pattern;

/**
 * Which paths objects may have: those that mean the same on every store and every file system.
 * Segments of letters, digits and {@code . _ - = +}, joined by {@code /}; none begins with a dot.
 */
public final class ObjectPath {
  /** The longest path, in characters. */
  public static final int LONGEST = 800;

  /** The longest segment, in characters: file systems allow 255 bytes, some encrypted ones 143. */
  public static final int LONGEST_SEGMENT = 140;

  private static final Pattern SEGMENT =
      Pattern.compile("[A-Za-z0-9_=+-][A-Za-z0-9._=+-]{0," + (LONGEST_SEGMENT - 1) + "}");

  private ObjectPath() {}

  /**
   * The path itself.
   *
   * @throws IllegalArgumentException if no object may have it; the message says why
   */
  public static String checked(String path) {
    if (path.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a path has at most %d characters, not %d".formatted(LONGEST, path.length()));
    }
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "\"%s\" is no path of an object: a segment is 1 to %d of A-Z a-z 0-9 . _ - = +,"
                    .formatted(path, LONGEST_SEGMENT)
                + " and no dot at first");
      }
    }
    return path;
  }
}
