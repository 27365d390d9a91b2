package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LedgerCoordinationTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final AtomicLong nanos = new AtomicLong();
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(nanos::get);
  private final LedgerCoordination one = coordination("one");

  private LedgerCoordination coordination(String instance) {
    return coordination(instance, () -> true);
  }

  private LedgerCoordination coordination(String instance, BooleanSupplier able) {
    return new LedgerCoordination(store, instance, Map.of("run-events", 16), TTL, able);
  }

  private static long partitionsOf(LedgerCoordination instance) {
    return IntStream.range(0, 16).filter(p -> instance.shouldWrite("run-events", p)).count();
  }

  // What others do is heard of by a watch.
  private static void awaitPartitions(LedgerCoordination instance, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (partitionsOf(instance) != count && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(partitionsOf(instance)).isEqualTo(count);
  }

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
  void instancesShareThePartitionsUntilOneIsClosed() {
    awaitPartitions(one, 16);
    try (var two = coordination("two")) {
      awaitPartitions(one, 8);
      awaitPartitions(two, 8);
      assertThat(IntStream.range(0, 16))
          .allMatch(p -> one.shouldWrite("run-events", p) != two.shouldWrite("run-events", p));
      one.close();
      awaitPartitions(one, 0);
      awaitPartitions(two, 16);
    }
  }

  @Test
  void nobodyWritesALedgerThatIsNotItsOwn() {
    assertThat(one.shouldWrite("config-events", 0)).isFalse();
  }

  @Test
  void oneThatFindsTheStoreAwayWhileItIsMadeLeavesNoLeaseBehind() {
    String lease = Candidates.lease("run-events", "two");
    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(
            () ->
                new LedgerCoordination(
                    new UnwatchedStore(store), "two", Map.of("run-events", 16), TTL, () -> true));
    assertThat(store.holder(lease)).isEmpty();
    try (var two = coordination("two")) {
      awaitPartitions(two, 8);
    }
  }

  @Test
  void anInstanceThatIsSilentIsFollowedByAnother() {
    one.close();
    String silent = Candidates.lease("run-events", "silent");
    assertThat(store.acquire(silent, "silent", Duration.ofSeconds(10))).isPresent();
    try (var two = coordination("two")) {
      awaitPartitions(two, 8);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      assertThat(store.holders("")).doesNotContainKey(silent); // the store notices when it is asked
      two.renew();
      awaitPartitions(two, 16);
    }
  }

  @Test
  void anInstanceThatCannotWriteLetsTheOthersDoSoUntilItCan() {
    var able = new AtomicBoolean(true);
    try (var two = coordination("two", able::get)) {
      awaitPartitions(one, 8);
      able.set(false);
      two.renew();
      awaitPartitions(one, 16);
      assertThat(partitionsOf(two)).isZero();
      able.set(true);
      two.renew();
      awaitPartitions(two, 8);
    }
  }

  @Test
  void nobodyBeginsToWriteWhileSomebodyRecovers() {
    try (var recovery = new RecoveryCoordination(store, "recover")) {
      assertThat(recovery.isAlone()).isFalse();
      awaitPartitions(one, 0);
      one.close();
      assertThat(recovery.isAlone()).isTrue();
    }
    assertThat(store.holders(Candidates.PREFIX)).isEmpty();
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
