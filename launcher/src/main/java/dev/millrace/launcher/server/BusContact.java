package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether this process reaches the bus, of which it asks once a second. One that does not, but
 * reaches the coordination store, would else keep others from its part of the work for ever. Any
 * thread.
 */
final class BusContact implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Longer than a cluster needs to do without one of its brokers, of which any may answer. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Bus bus;
  private final LongSupplier nanos;
  private final AtomicLong answered;
  private final ScheduledExecutorService questions;

  /**
   * Begins to ask; until then there is contact.
   *
   * @param bus stays the caller's
   * @param nanos rises steadily
   */
  BusContact(Bus bus, LongSupplier nanos) {
    this.bus = bus;
    this.nanos = nanos;
    this.answered = new AtomicLong(nanos.getAsLong());
    this.questions =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bus-contact").factory());
    var _ =
        questions.scheduleWithFixedDelay(
            this::ask, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks once more. Does not block. */
  void ask() {
    long asked = nanos.getAsLong();
    var _ =
        bus.contact()
            .whenComplete(
                (_, failure) -> {
                  if (failure == null) {
                    answered.accumulateAndGet(asked, (a, b) -> a - b > 0 ? a : b);
                  }
                });
  }

  /** Whether a question of the last seconds was answered. Does not block. */
  boolean isKept() {
    return nanos.getAsLong() - answered.get() <= PATIENCE.toNanos();
  }

  @Override
  public void close() {
    questions.shutdownNow();
  }
}
