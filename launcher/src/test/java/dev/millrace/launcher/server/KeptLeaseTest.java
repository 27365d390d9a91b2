package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class KeptLeaseTest {
  private static final Duration TTL = Duration.ofMillis(40);

  @Test
  void aTryThatFailsInAWayThatNobodyForesawIsNotTheLast() throws Exception {
    var tries = new AtomicInteger();
    var third = new CountDownLatch(3);
    try (var store = new MemoryCoordinationStore(System::nanoTime);
        var _ =
            new KeptLease(
                store,
                "a",
                "me",
                TTL,
                () -> {
                  third.countDown();
                  if (tries.incrementAndGet() == 2) {
                    throw new IllegalStateException("unforeseen");
                  }
                  return true;
                })) {
      assertThat(third.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
