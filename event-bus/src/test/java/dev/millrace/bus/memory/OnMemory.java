package dev.millrace.bus.memory;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusContract;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract for buses whose topics are in memory. */
abstract class OnMemory implements BusContract {
  private static final AtomicInteger MADE = new AtomicInteger();
  private final MemoryTopics topics = new MemoryTopics(Clock.systemUTC());

  @Override
  public final Bus anotherBus() {
    return new MemoryBus(topics);
  }

  @Override
  public final String newTopic(int partitions) {
    String name = "topic-" + MADE.incrementAndGet();
    topics.create(name, partitions);
    return name;
  }
}
