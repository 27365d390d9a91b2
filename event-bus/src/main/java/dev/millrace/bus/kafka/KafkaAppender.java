package dev.millrace.bus.kafka;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer of its own. Kafka's {@code send} waits when it doesn't know a topic yet or its buffer
 * is full, so records to which that could happen, and those behind them, are sent by a thread that
 * may wait.
 */
final class KafkaAppender implements Appender {
  private static final long SENT_AT_ONCE_BYTES = KafkaSettings.BUFFER_BYTES / 4;
  private static final long OUTSTANDING_BYTES = 2L * KafkaSettings.BUFFER_BYTES;

  private final String name;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<Appender> whenClosed;
  private final Set<TopicPartition> known = ConcurrentHashMap.newKeySet();
  private final AtomicLong outstandingBytes = new AtomicLong();
  private final ReentrantLock order = new ReentrantLock();
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>(); // the head may be being sent
  private boolean closed;

  private record Outgoing(
      TopicPartition partition,
      ProducerRecord<byte[], byte[]> record,
      int bytes,
      CompletableFuture<Appended> stage) {}

  KafkaAppender(String name, KafkaSettings settings, Consumer<Appender> whenClosed) {
    this.name = name;
    this.whenClosed = whenClosed;
    this.producer =
        new KafkaProducer<>(
            settings.producer(name), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public CompletionStage<Appended> append(
      TopicPartition partition, @Nullable String key, byte[] value) {
    var keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    var record = new ProducerRecord<>(partition.topic(), partition.partition(), keyBytes, value);
    int bytes = value.length + (keyBytes == null ? 0 : keyBytes.length);
    var outgoing = new Outgoing(partition, record, bytes, new CompletableFuture<>());
    order.lock();
    try {
      if (closed) {
        return refused("appender " + name + " is closed");
      }
      long outstanding = outstandingBytes.addAndGet(bytes);
      if (outstanding > OUTSTANDING_BYTES) {
        outstandingBytes.addAndGet(-bytes);
        return refused("appender " + name + " has too much outstanding, try later");
      }
      if (waiting.isEmpty() && outstanding <= SENT_AT_ONCE_BYTES && known.contains(partition)) {
        send(outgoing);
      } else {
        waiting.add(outgoing);
        if (waiting.size() == 1) {
          Thread.ofVirtual().name(name).start(this::sendWaiting);
        }
      }
    } finally {
      order.unlock();
    }
    return outgoing.stage();
  }

  @Override
  public void close() {
    List<Outgoing> unsent;
    order.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      unsent = List.copyOf(waiting);
      waiting.clear();
    } finally {
      order.unlock();
    }
    producer.close(Duration.ZERO);
    unsent.forEach(o -> o.stage().completeExceptionally(closedBefore(o)));
    whenClosed.accept(this);
  }

  private void sendWaiting() {
    var next = waitingHead(false);
    while (next != null) {
      send(next);
      next = waitingHead(true);
    }
  }

  private @Nullable Outgoing waitingHead(boolean afterTheNextOne) {
    order.lock();
    try {
      if (afterTheNextOne) {
        waiting.poll();
      }
      return waiting.peek();
    } finally {
      order.unlock();
    }
  }

  private void send(Outgoing outgoing) {
    try {
      var _ = producer.send(outgoing.record(), (landed, e) -> sent(outgoing, landed, e));
    } catch (RuntimeException e) {
      sent(outgoing, null, e);
    }
  }

  private void sent(Outgoing outgoing, @Nullable RecordMetadata landed, @Nullable Exception e) {
    outstandingBytes.addAndGet(-outgoing.bytes());
    if (e != null || landed == null) {
      var why = e == null ? new IllegalStateException("no answer") : e;
      outgoing.stage().completeExceptionally(Wire.failure(cannotAppend(outgoing), why));
    } else if (landed.hasOffset()) {
      known.add(outgoing.partition());
      var at = Instant.ofEpochMilli(landed.timestamp());
      outgoing.stage().complete(new Appended(landed.offset(), at));
    } else {
      // The broker had it already from an earlier try, and no longer knows where.
      var message = cannotAppend(outgoing) + ": it landed, but the broker can't tell where";
      outgoing.stage().completeExceptionally(new BusException(message, null));
    }
  }

  private BusException closedBefore(Outgoing outgoing) {
    return new BusException(cannotAppend(outgoing) + ": closed before it was sent", null);
  }

  private String cannotAppend(Outgoing outgoing) {
    return "appender " + name + " cannot append to " + outgoing.partition();
  }

  private static CompletionStage<Appended> refused(String message) {
    return CompletableFuture.failedStage(new BusException(message, null));
  }
}
