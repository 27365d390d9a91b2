package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LedgerCoordinationTest {
  private final AtomicLong nanos = new AtomicLong();
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(nanos::get);
  private final LedgerCoordination one = new LedgerCoordination(store, "one");

  @AfterEach
  void close() {
    one.close();
    store.close();
  }

  @Test
  void anEpochIsRaisedOnceFromWhatItWas() throws Exception {
    assertThat(await(one.epoch("run-events", 3))).isZero();

    assertThat(await(one.raiseEpoch("run-events", 3, 0, 7))).isTrue();
    assertThat(await(one.raiseEpoch("run-events", 3, 0, 8))).isFalse();
    assertThat(await(one.raiseEpoch("run-events", 3, 7, 8))).isTrue();
    assertThat(await(one.epoch("run-events", 3))).isEqualTo(8);
    assertThat(await(one.epoch("run-events", 4))).isZero();
    assertThat(await(one.epoch("config-events", 3))).isZero();
  }

  @Test
  void oneInstanceShouldWriteUntilItIsClosed() {
    try (var two = new LedgerCoordination(store, "two")) {
      assertThat(one.shouldWrite("run-events", 0)).isTrue();
      assertThat(two.shouldWrite("run-events", 0)).isFalse();
      one.close();
      assertThat(one.shouldWrite("run-events", 0)).isFalse();
      two.renew();
      assertThat(two.shouldWrite("run-events", 0)).isTrue();
    }
  }

  @Test
  void anInstanceThatIsSilentIsFollowedByAnother() {
    one.close();
    assertThat(store.acquire("writer", "silent", Duration.ofSeconds(10))).isPresent();
    try (var two = new LedgerCoordination(store, "two")) {
      assertThat(two.shouldWrite("run-events", 0)).isFalse();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      two.renew();
      assertThat(two.shouldWrite("run-events", 0)).isTrue();
    }
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
