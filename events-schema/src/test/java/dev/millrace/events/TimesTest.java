package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimesTest {
  @Test
  void anyTimeIsReadAsItWasWritten() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Instant time =
          Instant.ofEpochMilli(random.nextLong(-62_000_000_000_000L, 250_000_000_000_000L));
      assertThat(Times.read(Times.write(time))).isEqualTo(time);
      assertThat(Instant.parse(Times.write(time))).isEqualTo(time);
    }
  }

  @Test
  void whatIsFinerThanMillisecondsIsCutOff() {
    Instant time = Instant.parse("1969-12-31T23:59:59.123999999Z");

    assertThat(Times.write(time)).isEqualTo("1969-12-31T23:59:59.123Z");
    assertThat(Times.read(Times.write(time))).isEqualTo(time.truncatedTo(ChronoUnit.MILLIS));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.6789Z, 2026-01-02T03:04:05.678900Z",
    "2026-01-02T03:04:05.5+02:00, 2026-01-02T01:04:05.500Z"
  })
  void otherFormsAreReadToo(String text, Instant time) {
    assertThat(Times.read(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-01-02",
        "2026-02-30T03:04:05.678Z",
        "2026-13-01T03:04:05.678Z",
        "2026-01-02T24:04:05.678Z",
        "2026-01-02T03:60:05.678Z",
        "2026-01-02T03:04:05.678"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> Times.read(text)).isInstanceOf(DateTimeException.class);
  }
}
