package dev.millrace.launcher;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them. */
final class Bytes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([KMGT])|(\\d{1,18})");
  private static final String UNITS = "KMGT";

  private Bytes() {}

  /**
   * The number of bytes of a text like {@code 500M}: K, M, G and T are powers of 1,024.
   *
   * @param option is named in the refusal of another text
   */
  static long parse(String option, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new Refused(Exit.USAGE, "%s is a size, as 500M or 2G, not %s".formatted(option, text));
    }
    return size.group(2) == null
        ? Long.parseLong(text)
        : Long.parseLong(size.group(1)) << (10 * (1 + UNITS.indexOf(size.group(2))));
  }
}
