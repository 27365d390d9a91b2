package dev.millrace.executor;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A bus whose appends may be told to go wrong. */
final class FaultyBus implements Bus {
  private final Bus bus;
  private BiFunction<TopicPartition, byte[], Fault> faults = (_, _) -> Fault.NONE;

  /** What happens to an append. */
  enum Fault {
    NONE,
    FAILS,
    LANDS_BUT_FAILS,
    HANGS
  }

  FaultyBus(Bus bus) {
    this.bus = bus;
  }

  void faults(BiFunction<TopicPartition, byte[], Fault> next) {
    faults = next;
  }

  @Override
  public Appender appender(String name) {
    Appender appender = bus.appender(name);
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

  @Override
  public int partitions(String topic) {
    return bus.partitions(topic);
  }

  @Override
  public Follower follower(String name) {
    return bus.follower(name);
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    return bus.extent(partition);
  }

  @Override
  public void close() {
    bus.close();
  }
}
