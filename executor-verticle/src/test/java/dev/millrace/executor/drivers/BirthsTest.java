package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BirthsTest {
  private static final Births BEFORE = new Births(1_000, 50_000);

  @Test
  void whoeverIsBornLaterHasAHigherNumber() {
    var candidates = BEFORE.candidates(new Births(1_020, 50_025));

    assertThat(candidates.test(1_000)).isFalse();
    assertThat(candidates.test(1_001)).isTrue();
    assertThat(candidates.test(1_500)).as("born while the others were looked at").isTrue();
  }

  @Test
  void whenTheNumbersHaveBegunAnewItMayBeAnybody() {
    var candidates = BEFORE.candidates(new Births(300, 50_025));

    assertThat(candidates.test(301)).isTrue();
    assertThat(candidates.test(900)).isTrue();
  }

  @Test
  void afterVeryManyBirthsItMayBeAnybodyAsTheNumbersMayHaveBegunAnew() {
    assertThat(BEFORE.candidates(new Births(2_000, 50_000 + 40_000)).test(400)).isTrue();
  }

  @Test
  void itIsKnownHowManyNumbersWereGivenSince() {
    assertThat(new Births(1_020, 50_025).numbersSince(BEFORE)).isEqualTo(20);
    assertThat(BEFORE.numbersSince(BEFORE)).isZero();
    assertThat(new Births(300, 50_025).numbersSince(BEFORE))
        .as("they have begun anew")
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(new Births(1_020, 90_000).numbersSince(BEFORE))
        .as("they may have begun anew")
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aProcessThatIsStartedNowIsOneOfThoseBornAfterwards() throws Exception {
    var before = Births.now();
    var process = new ProcessBuilder("true").start();
    var after = Births.now();

    assertThat(before.candidates(after).test(Math.toIntExact(process.pid()))).isTrue();
    assertThat(after.count()).isGreaterThan(before.count());
    process.waitFor();
  }
}
