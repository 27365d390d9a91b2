package dev.millrace.launcher.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and lengths of time as people write them. */
public final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([KMGT])|(\\d{1,18})");
  private static final String UNITS = "KMGT";
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})([smhd])");

  private Amounts() {}

  /**
   * The number of bytes of a text like {@code 500M}: K, M, G and T are powers of 1,024.
   *
   * @throws IllegalArgumentException if it is not such a text, which is the message
   */
  public static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(text);
    }
    return size.group(2) == null
        ? Long.parseLong(text)
        : Long.parseLong(size.group(1)) << (10 * (1 + UNITS.indexOf(size.group(2))));
  }

  /**
   * The length of a text like {@code 90s}, {@code 5m}, {@code 12h} or {@code 7d}.
   *
   * @throws IllegalArgumentException if it is not such a text, which is the message
   */
  public static Duration time(String text) {
    Matcher length = LENGTH.matcher(text);
    if (!length.matches()) {
      throw new IllegalArgumentException(text);
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
