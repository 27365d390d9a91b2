package dev.millrace.bus.kafka;

import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer, with one connection and one thread, for the appenders that send through it. It ends
 * with the last of them. All methods may be called from any thread.
 */
final class Outlet {
  private static final long SENT_AT_ONCE_BYTES = KafkaSettings.BUFFER_BYTES / 4;
  private static final long OUTSTANDING_BYTES = 2L * KafkaSettings.BUFFER_BYTES;

  private final Producer<byte[], byte[]> producer;
  private final Set<TopicPartition> known = ConcurrentHashMap.newKeySet();
  private final AtomicLong outstandingBytes = new AtomicLong();
  private int users;
  private boolean failed;
  private boolean closed;

  Outlet(String clientId, KafkaSettings settings) {
    producer =
        new KafkaProducer<>(
            settings.producer(clientId), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Lets one more send through it.
   *
   * @return false if it has ended, or something that was sent through it has failed: then what is
   *     sent next might wait for what failed
   */
  synchronized boolean join() {
    if (closed || failed) {
      return false;
    }
    users++;
    return true;
  }

  /** One who has joined sends no more. What the last of them has not sent yet is never sent. */
  void leave() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
      closed = true;
    }
    producer.close(Duration.ZERO);
  }

  /**
   * Makes room for so many bytes.
   *
   * @return false if so much is outstanding that they should not be sent now
   */
  boolean reserve(int bytes) {
    if (outstandingBytes.addAndGet(bytes) > OUTSTANDING_BYTES) {
      outstandingBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was reserved. */
  void release(int bytes) {
    outstandingBytes.addAndGet(-bytes);
  }

  /** Whether a record to the partition, its bytes reserved, can be sent without waiting. */
  boolean sendsAtOnce(TopicPartition partition) {
    return outstandingBytes.get() <= SENT_AT_ONCE_BYTES && known.contains(partition);
  }

  /** A record to the partition has landed: it need not be asked for again. */
  void landed(TopicPartition partition) {
    known.add(partition);
  }

  synchronized void failed() {
    failed = true;
  }

  /** Sends, and may wait for room or the broker; the callback also hears of what is thrown here. */
  void send(ProducerRecord<byte[], byte[]> record, Callback sent) {
    @Nullable RuntimeException thrown = null;
    try {
      var _ = producer.send(record, sent);
    } catch (RuntimeException e) {
      thrown = e;
    }
    if (thrown != null) {
      sent.onCompletion(null, thrown);
    }
  }
}
