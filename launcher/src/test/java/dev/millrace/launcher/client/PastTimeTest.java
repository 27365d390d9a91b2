package dev.millrace.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.launcher.Refused;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PastTimeTest {
  private final PastTime past =
      new PastTime(Instant.parse("2026-03-10T12:00:00Z"), ZoneId.of("Europe/Stockholm"));

  @ParameterizedTest
  @CsvSource({
    "30s, 2026-03-10T11:59:30Z",
    "90m, 2026-03-10T10:30:00Z",
    "2h, 2026-03-10T10:00:00Z",
    "3d, 2026-03-07T12:00:00Z",
    "1w, 2026-03-03T12:00:00Z",
    "2026-01-31, 2026-01-30T23:00:00Z",
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z"
  })
  void aTimeIsSaidInAnyOfTheseWays(String text, Instant time) {
    assertThat(past.parse("--since", text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "3", "-3d", "3y", "2026-13-01", "2026-01-31T12"})
  void anythingElseIsRefusedWithExamples(String text) {
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> past.parse("--since", text))
        .withMessage(
            "--since is a time like 90m, 2h, 3d, 2026-01-31 or 2026-01-31T12:00:00Z, not " + text);
  }
}
