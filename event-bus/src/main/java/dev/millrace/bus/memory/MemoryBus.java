package dev.millrace.bus.memory;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection to topics in memory. Appends land, or fail, before the call returns. */
public final class MemoryBus implements Bus {
  private final MemoryTopics topics;
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  public MemoryBus(MemoryTopics topics) {
    this.topics = topics;
  }

  @Override
  public int partitions(String topic) {
    return topics.partitions(topic);
  }

  @Override
  public Appender appender(String name) {
    checkOpen();
    var appender = new MemoryAppender();
    open.add(appender);
    return appender;
  }

  @Override
  public Follower follower(String name) {
    checkOpen();
    var follower = new MemoryFollower(topics);
    open.add(follower);
    return follower;
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    return asked(partition, MemoryLog::extent);
  }

  @Override
  public CompletionStage<Void> contact() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Long> firstSince(TopicPartition partition, Instant time) {
    return asked(partition, log -> log.firstSince(time));
  }

  @Override
  public CompletionStage<Void> trim(TopicPartition partition, long before) {
    return asked(partition, log -> log.extent().end())
        .thenAccept(
            end -> {
              if (before > end) {
                throw new BusException("%s ends at %d".formatted(partition, end), null);
              }
              topics.trim(partition, before);
            });
  }

  private <T> CompletionStage<T> asked(TopicPartition partition, Function<MemoryLog, T> question) {
    try {
      checkOpen();
      return CompletableFuture.completedStage(question.apply(topics.log(partition)));
    } catch (BusException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  @Override
  public void close() {
    closed.set(true);
    for (AutoCloseable each : open) {
      switch (each) {
        case Appender appender -> appender.close();
        case Follower follower -> follower.close();
        default -> throw new IllegalStateException(each.toString());
      }
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new BusException("the bus is closed", null);
    }
  }

  private final class MemoryAppender implements Appender {
    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public CompletionStage<Appended> append(
        TopicPartition partition, @Nullable String key, byte[] value) {
      try {
        if (ended.get()) {
          throw new BusException("the appender is closed", null);
        }
        return CompletableFuture.completedStage(topics.log(partition).append(key, value));
      } catch (BusException e) {
        return CompletableFuture.failedStage(e);
      }
    }

    @Override
    public void close() {
      ended.set(true);
      open.remove(this);
    }
  }
}
