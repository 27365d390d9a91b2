package dev.millrace.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final RateLimit limit = new RateLimit(10, 5, 100);

  private int taken(String who, long from, int perSecond, int seconds) {
    int taken = 0;
    for (int i = 0; i < perSecond * seconds; i++) {
      if (limit.take(who, from + i * (SECOND / perSecond)) == 0) {
        taken++;
      }
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000, Long.MAX_VALUE - 1_000_000_000, -5_000_000_000L})
  void aBurstIsLetInAndThenTheRate(long now) {
    for (int i = 0; i < 5; i++) {
      assertThat(limit.take("ada", now)).isZero();
    }
    assertThat(limit.take("ada", now)).isEqualTo(SECOND / 10);
    assertThat(limit.take("ada", now + SECOND / 10 - 1)).isEqualTo(1);
    assertThat(limit.take("ada", now + SECOND / 10)).isZero();
  }

  @Test
  void inTheLongRunAsManyAreLetInAsTheRateSaysHoweverManyAsk() {
    assertThat(taken("ada", 0, 10, 60)).isEqualTo(600);
    assertThat(taken("bob", 0, 1_000, 60)).isBetween(600, 605);
  }

  @Test
  void nobodyUsesUpWhatBelongsToAnother() {
    taken("ada", 0, 1_000, 1);
    assertThat(limit.take("bob", SECOND)).isZero();
  }

  @Test
  void whoeverIsRefusedLosesNothingByIt() {
    taken("ada", 0, 1_000, 10);
    assertThat(limit.take("ada", 10 * SECOND + SECOND / 10)).isZero();
  }

  @Test
  void whoeverHasNotAskedForLongIsForgottenFirstAndLosesNothing() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(limit.take("user-" + i, i * SECOND)).isZero();
    }
    assertThat(limit.take("user-0", 1_000 * SECOND)).isZero();
  }

  @Test
  void asLongAsNobodyCanBeForgottenNewcomersShareOneBucket() {
    for (int i = 0; i < 100; i++) {
      limit.take("busy-" + i, 0);
    }
    int newcomers = 0;
    for (int i = 0; i < 1_000; i++) {
      newcomers += limit.take("new-" + i, 0) == 0 ? 1 : 0;
    }
    assertThat(newcomers).isEqualTo(5);
    assertThat(limit.take("busy-0", 0)).isZero();
  }

  @Test
  void aLimitOfNothingIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RateLimit(0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new RateLimit(1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new RateLimit(2_000_000, 1, 1));
  }
}
