package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BusContactTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private volatile CompletionStage<Void> answer = new CompletableFuture<>();
  private final BusContact contact =
      new BusContact(
          new ForwardingBus(new MemoryBus(new MemoryTopics(InstantSource.system()))) {
            @Override
            public CompletionStage<Void> contact() {
              return answer;
            }
          },
          nanos::get);

  @AfterEach
  void close() {
    contact.close();
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void itIsLostOnceNothingWasAnsweredForAWhile() {
    passes(BusContact.PATIENCE);
    contact.ask();
    assertThat(contact.isKept()).isTrue();
    passes(Duration.ofNanos(1));
    assertThat(contact.isKept()).isFalse();
  }

  @Test
  void itIsThereAgainWithTheFirstAnswer() {
    passes(BusContact.PATIENCE.multipliedBy(2));
    answer = CompletableFuture.failedStage(new BusException("no broker answers", null));
    contact.ask();
    assertThat(contact.isKept()).isFalse();
    answer = CompletableFuture.completedStage(null);
    contact.ask();
    assertThat(contact.isKept()).isTrue();
  }

  @Test
  void anAnswerCountsFromWhenItWasAskedFor() {
    var late = new CompletableFuture<Void>();
    answer = late;
    contact.ask();
    passes(BusContact.PATIENCE.plusNanos(1));
    late.complete(null);
    assertThat(contact.isKept()).isFalse();
  }
}
