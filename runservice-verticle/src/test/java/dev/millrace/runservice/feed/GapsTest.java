package dev.millrace.runservice.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class GapsTest {
  @Test
  void whatWasNotToldIsNotAccepted() {
    var gaps = new Gaps(0);
    LongStream.of(1, 2, 3, 7, 8).forEach(gaps::accepted);

    assertThat(LongStream.range(0, 12).filter(gaps::isAccepted))
        .containsExactly(1L, 2L, 3L, 7L, 8L);
    assertThat(gaps.next()).isEqualTo(9);
  }

  @Test
  void whatWasBeforeTheFirstIsNotAccepted() {
    var gaps = new Gaps(5);
    gaps.accepted(5);

    assertThat(LongStream.range(0, 9).filter(gaps::isAccepted)).containsExactly(5L);
  }
}
