package dev.millrace.bus.memory;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusContract;
import dev.millrace.bus.TopicPartition;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

final class MemoryBusTest implements BusContract {
  private static final AtomicInteger MADE = new AtomicInteger();
  private final MemoryTopics topics = new MemoryTopics(Clock.systemUTC());
  private final Bus bus = new MemoryBus(topics);

  @Override
  public Bus bus() {
    return bus;
  }

  @Override
  public Bus anotherBus() {
    return new MemoryBus(topics);
  }

  @Override
  public String newTopic(int partitions) {
    String name = "topic-" + MADE.incrementAndGet();
    topics.create(name, partitions);
    return name;
  }

  @Override
  public void trim(TopicPartition partition, long before) {
    topics.trim(partition, before);
  }
}
