package dev.millrace.bus.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryCoordinationTest {
  private final MemoryCoordination coordination = new MemoryCoordination(false);

  @Test
  void anEpochIsRaisedOnlyFromTheOneThatWasGivenOutLast() {
    assertThat(epoch("a", 0)).isZero();
    assertThat(raise(1, 2)).isFalse();
    assertThat(raise(0, 3)).isTrue();
    assertThat(raise(0, 4)).isFalse();
    assertThat(epoch("a", 0)).isEqualTo(3);
    assertThat(raise(3, 4)).isTrue();
    assertThat(epoch("a", 0)).isEqualTo(4);
  }

  @Test
  void everyPartitionOfEveryLedgerHasAnEpochOfItsOwn() {
    assertThat(raise(0, 7)).isTrue();
    assertThat(epoch("a", 1)).isZero();
    assertThat(epoch("b", 0)).isZero();
  }

  @Test
  void nobodyWritesUntilTold() {
    assertThat(coordination.shouldWrite("a", 0)).isFalse();
    coordination.write();
    assertThat(coordination.shouldWrite("a", 0)).isTrue();
  }

  private long epoch(String ledger, int partition) {
    return coordination.epoch(ledger, partition).toCompletableFuture().join();
  }

  private boolean raise(long expected, long epoch) {
    return coordination.raiseEpoch("a", 0, expected, epoch).toCompletableFuture().join();
  }
}
