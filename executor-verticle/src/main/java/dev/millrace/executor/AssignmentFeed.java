package dev.millrace.executor;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Assignment;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what one executor is assigned, from the end of the topic on: what was assigned before was
 * meant for an earlier life. What it misses is told again, or comes back to the scheduler in time.
 */
final class AssignmentFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentFeed.class);

  private final Bus bus;
  private final ExecutorId id;
  private final TopicPartition partition;
  private final Follower follower;
  private final Consumer<Assignment> to;

  /** Follows from now on. Blocks until the end of the topic is known. */
  AssignmentFeed(Bus bus, ExecutorId id, Consumer<Assignment> to) {
    this.bus = bus;
    this.id = id;
    this.to = to;
    String topic = Topics.ASSIGNMENTS.name();
    this.partition = new TopicPartition(topic, Partitions.of(id.value(), bus.partitions(topic)));
    this.follower = bus.steadyFollower("executor-assignments");
    toTheEnd();
  }

  /** Reads what has come; waits at most as long as told. One thread. */
  void step(Duration wait) {
    try {
      for (LogRecord record : follower.poll(wait)) {
        read(record);
      }
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("assignments were missed: {}", e.getMessage());
      toTheEnd();
    }
  }

  private void read(LogRecord record) {
    if (!id.value().equals(record.key())) {
      return;
    }
    try {
      to.accept(Json.read(record.value(), Assignment.class));
    } catch (UnreadableException e) {
      LOG.warn("{} offset {} is no assignment: {}", partition, record.offset(), e.getMessage());
    }
  }

  private void toTheEnd() {
    try {
      follower.assign(partition, bus.extent(partition).toCompletableFuture().join().end());
    } catch (java.util.concurrent.CompletionException e) {
      throw new BusException("cannot find the end of " + partition, e.getCause());
    }
  }

  void wakeup() {
    follower.wakeup();
  }

  @Override
  public void close() {
    follower.close();
  }
}
