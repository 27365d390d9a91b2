package dev.millrace.launcher;

import dev.millrace.launcher.settings.Amounts;

/** Sizes in options. */
final class Bytes {
  private Bytes() {}

  /**
   * The number of bytes of a text like {@code 500M}.
   *
   * @param option is named in the refusal of another text
   */
  static long parse(String option, String text) {
    try {
      return Amounts.bytes(text);
    } catch (IllegalArgumentException _) {
      throw new Refused(Exit.USAGE, "%s is a size, as 500M or 2G, not %s".formatted(option, text));
    }
  }
}
