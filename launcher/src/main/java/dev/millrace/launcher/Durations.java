package dev.millrace.launcher;

import dev.millrace.launcher.settings.Amounts;
import java.time.Duration;

/** Lengths of time in options. */
final class Durations {
  private Durations() {}

  /**
   * The length of a text like {@code 90s}, {@code 5m}, {@code 12h} or {@code 7d}.
   *
   * @param option is named in the refusal of another text
   */
  static Duration parse(String option, String text) {
    try {
      return Amounts.time(text);
    } catch (IllegalArgumentException _) {
      throw new Refused(
          Exit.USAGE, "%s is a time, as 90s, 5m, 12h or 7d, not %s".formatted(option, text));
    }
  }
}
