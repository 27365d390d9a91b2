package dev.millrace.launcher;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them. */
final class Durations {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})([smhd])");

  private Durations() {}

  /**
   * The length of a text like {@code 90s}, {@code 5m}, {@code 12h} or {@code 7d}.
   *
   * @param option is named in the refusal of another text
   */
  static Duration parse(String option, String text) {
    Matcher length = LENGTH.matcher(text);
    if (!length.matches()) {
      throw new Refused(
          Exit.USAGE, "%s is a time, as 90s, 5m, 12h or 7d, not %s".formatted(option, text));
    }
    long number = Long.parseLong(length.group(1));
    return switch (length.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
