package dev.millrace.bus.memory;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The topics that several {@link MemoryBus}es share: a broker in memory. Any thread. */
public final class MemoryTopics {
  private final Map<String, List<MemoryLog>> logs = new ConcurrentHashMap<>();
  private final InstantSource clock;

  /** No topics yet. The clock stamps what is appended. */
  public MemoryTopics(InstantSource clock) {
    this.clock = clock;
  }

  /** Makes a topic. */
  public MemoryTopics create(String topic, int partitions) {
    List<MemoryLog> made =
        IntStream.range(0, partitions)
            .mapToObj(p -> new MemoryLog(new TopicPartition(topic, p), clock))
            .toList();
    if (logs.putIfAbsent(topic, made) != null) {
      throw new IllegalArgumentException("topic " + topic + " is there already");
    }
    return this;
  }

  /** Gives a topic more partitions, as Kafka lets people do. */
  public void raise(String topic, int partitions) {
    List<MemoryLog> all = new ArrayList<>(logs(topic));
    for (int p = all.size(); p < partitions; p++) {
      all.add(new MemoryLog(new TopicPartition(topic, p), clock));
    }
    logs.put(topic, List.copyOf(all));
  }

  /** Deletes all records of the partition before the offset. */
  public void trim(TopicPartition partition, long before) {
    log(partition).trim(before);
  }

  int partitions(String topic) {
    return logs(topic).size();
  }

  MemoryLog log(TopicPartition partition) {
    List<MemoryLog> found = logs(partition.topic());
    if (partition.partition() >= found.size()) {
      throw new BusException("there is no partition " + partition, null);
    }
    return found.get(partition.partition());
  }

  private List<MemoryLog> logs(String topic) {
    List<MemoryLog> found = logs.get(topic);
    if (found == null) {
      throw new BusException("there is no topic " + topic, null);
    }
    return found;
  }
}
