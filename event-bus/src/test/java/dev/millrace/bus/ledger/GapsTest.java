package dev.millrace.bus.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class GapsTest {
  @Test
  void whatFollowsOneAnotherIsOneRange() {
    Gaps gaps = Gaps.NONE;
    Set<Long> decisions = Set.of(1L, 2L, 3L, 7L, 9L);
    long before = -1;
    for (long offset : new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15}) {
      gaps = decisions.contains(offset) ? gaps : gaps.with(offset, before);
      before = offset;
    }

    assertThat(LongStream.rangeClosed(0, 9).filter(gaps::has)).containsExactly(0L, 4L, 5L, 6L, 8L);
    assertThat(gaps.has(12)).isTrue();
    assertThat(gaps.has(15)).isTrue();
    assertThat(gaps.ranges()).hasSize(4);
  }
}
