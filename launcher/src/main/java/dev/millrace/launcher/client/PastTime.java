package dev.millrace.launcher.client;

import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as people write them: how long ago ({@code 90m}, {@code 2h}, {@code 3d}), a day, which
 * begins at midnight here, or an instant.
 */
record PastTime(Instant now, ZoneId zone) {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhdw])");

  /**
   * The time that the text means.
   *
   * @param option is named in the refusal of another text
   */
  Instant parse(String option, String text) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      return now.minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(zone).toInstant();
    } catch (DateTimeException _) {
      throw new Refused(
          Exit.USAGE,
          "%s is a time like 90m, 2h, 3d, 2026-01-31 or 2026-01-31T12:00:00Z, not %s"
              .formatted(option, text));
    }
  }

  private static Duration unit(String name) {
    return switch (name) {
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }
}
