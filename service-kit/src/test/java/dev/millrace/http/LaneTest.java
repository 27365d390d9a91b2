package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** The lane of a server that answers one request after the other, each in the same time. */
final class LaneTest {
  private static final Duration TARGET = Duration.ofMillis(50);
  private static final long SECOND = 1_000_000_000;

  private final Lane lane = Lane.adaptive(new Lane.Bounds(8, 64, 256, TARGET));
  private final ArrayDeque<Long> inside = new ArrayDeque<>();
  private long now = 5 * SECOND;
  private long free;
  private long work;
  private int refused;
  private long longest;

  /** Requests come at this rate for this long, and each takes so long to answer. */
  private void offer(int perSecond, Duration time, Duration each) {
    refused = 0;
    longest = 0;
    work = each.toNanos();
    long end = now + time.toNanos();
    while (now - end < 0) {
      now += SECOND / perSecond;
      answer();
      if (lane.enter(now)) {
        if (inside.isEmpty()) {
          free = Math.max(free, now);
        }
        inside.add(now);
      } else {
        refused++;
      }
    }
  }

  private void answer() {
    while (!inside.isEmpty() && Math.max(free, inside.element()) + work <= now) {
      long entered = inside.remove();
      free = Math.max(free, entered) + work;
      longest = Math.max(longest, free - entered);
      lane.leave(entered, free);
    }
  }

  @Test
  void whoeverIsServedInTimeIsNeverRefused() {
    offer(900, Duration.ofSeconds(10), Duration.ofMillis(1));
    assertThat(refused).isZero();
    assertThat(lane.places()).isEqualTo(64);
  }

  @Test
  void aBurstIsTakenThoughItsLastWaitsForLong() {
    for (int i = 0; i < 64; i++) {
      assertThat(lane.enter(now)).isTrue();
    }
    assertThat(lane.enter(now)).isFalse();
    assertThat(lane.inside()).isEqualTo(64);
  }

  @Test
  void threeTimesTooManyLeaveThePlacesThatMakeAnswersTakeAsLongAsTheyShould() {
    offer(3_000, Duration.ofSeconds(2), Duration.ofMillis(1));
    offer(3_000, Duration.ofSeconds(10), Duration.ofMillis(1));
    // a thousand a second, each within 50 ms: fifty at a time
    assertThat(lane.places()).isBetween(40, 60);
    assertThat(longest).isLessThan(2 * TARGET.toNanos());
    assertThat(refused).isBetween(19_000, 21_000);
  }

  @Test
  void aFastServerGetsMorePlacesThanUsual() {
    offer(9_000, Duration.ofSeconds(10), Duration.ofNanos(250_000));
    assertThat(lane.places()).isBetween(150, 256);
  }

  @Test
  void aSlowServerKeepsTheLeastPlaces() {
    offer(300, Duration.ofSeconds(10), Duration.ofMillis(100));
    assertThat(lane.places()).isEqualTo(8);
  }

  @Test
  void aSecondAfterTheLastWasRefusedTheUsualPlacesAreThereAgain() {
    offer(3_000, Duration.ofSeconds(10), Duration.ofMillis(1));
    offer(100, Duration.ofMillis(1_100), Duration.ofMillis(1));
    assertThat(lane.places()).isEqualTo(64);
  }

  @Test
  void fewWhoTakeLongTakeNoPlacesAway() {
    offer(2, Duration.ofSeconds(30), Duration.ofMillis(400));
    assertThat(lane.places()).isEqualTo(64);
  }

  @Test
  void aFixedLaneDoesNotGoByTime() {
    Lane fixed = Lane.fixed(1);
    assertThat(fixed.enter(0)).isTrue();
    assertThat(fixed.enter(0)).isFalse();
    fixed.leave(0, Duration.ofHours(5).toNanos());
    assertThat(fixed.enter(Duration.ofHours(5).toNanos())).isTrue();
  }

  @Test
  void boundsAreInOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Lane.Bounds(9, 8, 10, TARGET));
    assertThatIllegalArgumentException().isThrownBy(() -> new Lane.Bounds(1, 1, 1, Duration.ZERO));
  }
}
