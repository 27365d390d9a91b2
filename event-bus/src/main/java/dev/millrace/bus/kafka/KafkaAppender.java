package dev.millrace.bus.kafka;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends through an outlet. Kafka's {@code send} waits when it doesn't know a topic yet or its
 * buffer is full, so records to which that could happen, and those behind them, are sent by a
 * thread that may wait.
 */
final class KafkaAppender implements Appender {
  private final String name;
  private final Outlet outlet;
  private final Consumer<Appender> whenClosed;
  private final Set<Outgoing> sending = ConcurrentHashMap.newKeySet();
  private final ReentrantLock order = new ReentrantLock();
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>(); // the head may be being sent
  private boolean closed;

  private static final class Outgoing {
    final TopicPartition partition;
    final ProducerRecord<byte[], byte[]> record;
    final int bytes;
    final CompletableFuture<Appended> stage = new CompletableFuture<>();

    Outgoing(TopicPartition partition, @Nullable String key, byte[] value) {
      this.partition = partition;
      var keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
      record = new ProducerRecord<>(partition.topic(), partition.partition(), keyBytes, value);
      bytes = value.length + (keyBytes == null ? 0 : keyBytes.length);
    }
  }

  /**
   * Takes the place of one who has joined.
   *
   * @param name shows in messages
   */
  KafkaAppender(String name, Outlet outlet, Consumer<Appender> whenClosed) {
    this.name = name;
    this.outlet = outlet;
    this.whenClosed = whenClosed;
  }

  @Override
  public CompletionStage<Appended> append(
      TopicPartition partition, @Nullable String key, byte[] value) {
    var outgoing = new Outgoing(partition, key, value);
    order.lock();
    try {
      if (closed) {
        return refused("appender " + name + " is closed");
      }
      if (!outlet.reserve(outgoing.bytes)) {
        return refused("appender " + name + " has too much outstanding, try later");
      }
      if (waiting.isEmpty() && outlet.sendsAtOnce(partition)) {
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
    return outgoing.stage;
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
      unsent = waiting.stream().filter(o -> !sending.contains(o)).toList();
      waiting.clear();
    } finally {
      order.unlock();
    }
    outlet.leave();
    unsent.forEach(o -> outlet.release(o.bytes));
    Stream.concat(unsent.stream(), sending.stream())
        .forEach(
            o -> o.stage.completeExceptionally(failure(o, ": closed before it was acknowledged")));
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
      var head = waiting.peek();
      if (head != null) {
        sending.add(head);
      }
      return head;
    } finally {
      order.unlock();
    }
  }

  private void send(Outgoing outgoing) {
    sending.add(outgoing);
    outlet.send(outgoing.record, (landed, e) -> sent(outgoing, landed, e));
  }

  private void sent(Outgoing outgoing, @Nullable RecordMetadata landed, @Nullable Exception e) {
    outlet.release(outgoing.bytes);
    sending.remove(outgoing);
    if (e != null || landed == null) {
      outlet.failed();
      var why = e == null ? new IllegalStateException("no answer") : e;
      outgoing.stage.completeExceptionally(Wire.failure(cannotAppend(outgoing), why));
    } else if (landed.hasOffset()) {
      outlet.landed(outgoing.partition);
      var at = Instant.ofEpochMilli(landed.timestamp());
      outgoing.stage.complete(new Appended(landed.offset(), at));
    } else {
      // The broker had it already from an earlier try, and no longer knows where.
      outgoing.stage.completeExceptionally(
          failure(outgoing, ": it landed, but the broker can't tell where"));
    }
  }

  private BusException failure(Outgoing outgoing, String why) {
    return new BusException(cannotAppend(outgoing) + why, null);
  }

  private String cannotAppend(Outgoing outgoing) {
    return "appender " + name + " cannot append to " + outgoing.partition;
  }

  private static CompletionStage<Appended> refused(String message) {
    return CompletableFuture.failedStage(new BusException(message, null));
  }
}
