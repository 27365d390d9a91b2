package dev.millrace.bus.kafka;

import static java.util.Objects.requireNonNullElse;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer of its own, without a group: positions are given and kept here. */
final class KafkaFollower implements Follower {
  private static final byte[] EMPTY = {};

  private final String name;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<Follower> whenClosed;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Semaphore wakeups = new Semaphore(0); // for a poll with nothing assigned
  private final ReentrantLock use = new ReentrantLock(); // the bus may close while another polls
  private volatile boolean closed;

  KafkaFollower(
      String name, KafkaSettings settings, Duration fetchWait, Consumer<Follower> whenClosed) {
    this.name = name;
    this.whenClosed = whenClosed;
    this.consumer =
        new KafkaConsumer<>(
            settings.consumer(name, fetchWait),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  @Override
  public void assign(TopicPartition partition, long offset) {
    use.lock();
    try {
      refuseIfClosed();
      positions.put(partition, offset);
      consumer.assign(positions.keySet().stream().map(Wire::partition).toList());
      consumer.seek(Wire.partition(partition), offset);
    } finally {
      use.unlock();
    }
  }

  @Override
  public void unassign(TopicPartition partition) {
    use.lock();
    try {
      refuseIfClosed();
      positions.remove(partition);
      consumer.assign(positions.keySet().stream().map(Wire::partition).toList());
    } finally {
      use.unlock();
    }
  }

  @Override
  public List<LogRecord> poll(Duration wait) {
    use.lock();
    try {
      refuseIfClosed();
      if (positions.isEmpty()) {
        var _ = wakeups.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        return List.of();
      }
      return taken(consumer.poll(wait));
    } catch (WakeupException _) {
      wakeups.drainPermits();
      return List.of();
    } catch (org.apache.kafka.clients.consumer.OffsetOutOfRangeException e) {
      // Also when the log was cut and has grown anew: then the leader's epochs differ.
      var lost = e.offsetOutOfRangePartitions().entrySet().iterator().next();
      throw new OffsetOutOfRangeException(Wire.partition(lost.getKey()), lost.getValue());
    } catch (KafkaException e) {
      throw Wire.failure("follower " + name + " cannot read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("follower " + name + " was interrupted", e);
    } finally {
      use.unlock();
    }
  }

  @Override
  public long position(TopicPartition partition) {
    use.lock();
    try {
      refuseIfClosed();
      var position = positions.get(partition);
      if (position == null) {
        throw new IllegalStateException("follower " + name + " does not follow " + partition);
      }
      return position;
    } finally {
      use.unlock();
    }
  }

  @Override
  public void wakeup() {
    wakeups.release();
    consumer.wakeup();
  }

  @Override
  public void close() {
    closed = true;
    wakeup();
    use.lock();
    try {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    } catch (WakeupException _) {
      // ours, from above: no poll was waiting for it
    } finally {
      use.unlock();
      whenClosed.accept(this);
    }
  }

  private List<LogRecord> taken(ConsumerRecords<byte[], byte[]> polled) {
    var records = new ArrayList<LogRecord>(polled.count());
    for (var kafkaPartition : polled.partitions()) {
      var partition = Wire.partition(kafkaPartition);
      for (var record : polled.records(kafkaPartition)) {
        records.add(logRecord(partition, record));
      }
    }
    // Not the last record's offset + 1: what follows it may be marks of somebody's transaction.
    polled
        .nextOffsets()
        .forEach((partition, next) -> positions.put(Wire.partition(partition), next.offset()));
    return records;
  }

  private static LogRecord logRecord(
      TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return new LogRecord(
        partition,
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        requireNonNullElse(record.value(), EMPTY));
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new BusException("follower " + name + " is closed", null);
    }
  }
}
