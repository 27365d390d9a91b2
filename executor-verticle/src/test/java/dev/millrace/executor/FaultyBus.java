package dev.millrace.executor;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.TopicPartition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A bus whose appends may be told to go wrong. */
final class FaultyBus extends ForwardingBus {
  private BiFunction<TopicPartition, byte[], Fault> faults = (_, _) -> Fault.NONE;

  /** What happens to an append. */
  enum Fault {
    NONE,
    FAILS,
    LANDS_BUT_FAILS,
    HANGS
  }

  FaultyBus(Bus bus) {
    super(bus);
  }

  void faults(BiFunction<TopicPartition, byte[], Fault> next) {
    faults = next;
  }

  @Override
  protected Appender around(Appender appender) {
    return new Appender() {
      @Override
      public CompletionStage<Appended> append(
          TopicPartition partition, @Nullable String key, byte[] value) {
        return switch (faults.apply(partition, value)) {
          case NONE -> appender.append(partition, key, value);
          case FAILS -> failure();
          case LANDS_BUT_FAILS ->
              appender.append(partition, key, value).thenCompose(_ -> failure());
          case HANGS -> new CompletableFuture<>();
        };
      }

      @Override
      public void close() {
        appender.close();
      }
    };
  }

  private static CompletionStage<Appended> failure() {
    return CompletableFuture.failedStage(new BusException("told to fail", null));
  }
}
