package dev.millrace.bus;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** A bus that is another one but for what its subclass changes; it closes the other one. */
public abstract class ForwardingBus implements Bus {
  private final Bus bus;

  protected ForwardingBus(Bus bus) {
    this.bus = bus;
  }

  /** What an appender of the other bus is here. */
  protected Appender around(Appender appender) {
    return appender;
  }

  /** What a follower of the other bus is here, of whichever kind. */
  protected Follower around(Follower follower) {
    return follower;
  }

  @Override
  public int partitions(String topic) {
    return bus.partitions(topic);
  }

  @Override
  public Appender appender(String name) {
    return around(bus.appender(name));
  }

  @Override
  public Follower follower(String name) {
    return around(bus.follower(name));
  }

  @Override
  public Follower steadyFollower(String name) {
    return around(bus.steadyFollower(name));
  }

  @Override
  public Follower reader(String name) {
    return around(bus.reader(name));
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    return bus.extent(partition);
  }

  @Override
  public CompletionStage<Long> firstSince(TopicPartition partition, Instant time) {
    return bus.firstSince(partition, time);
  }

  @Override
  public CompletionStage<Void> trim(TopicPartition partition, long before) {
    return bus.trim(partition, before);
  }

  @Override
  public CompletionStage<Void> contact() {
    return bus.contact();
  }

  @Override
  public void close() {
    bus.close();
  }
}
