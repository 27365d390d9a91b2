package dev.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DurationsTest {
  @Test
  void aNumberAndAUnitAreALengthOfTime() {
    assertThat(Durations.parse("--x", "0s")).isZero();
    assertThat(Durations.parse("--x", "90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Durations.parse("--x", "5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Durations.parse("--x", "12h")).isEqualTo(Duration.ofHours(12));
    assertThat(Durations.parse("--x", "7d")).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void anythingElseIsRefusedByTheNameOfItsOption() {
    for (String text : List.of("", "7", "-1s", "1w", "1.5h", "1234567d", "5 m")) {
      assertThatThrownBy(() -> Durations.parse("--x", text))
          .isInstanceOf(Refused.class)
          .hasMessage("--x is a time, as 90s, 5m, 12h or 7d, not " + text);
    }
  }
}
