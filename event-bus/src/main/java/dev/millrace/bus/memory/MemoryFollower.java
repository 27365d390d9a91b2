package dev.millrace.bus.memory;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads logs in memory; at most so many records of a partition at once. */
final class MemoryFollower implements Follower {
  private static final int BATCH = 500;

  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
  private final MemoryTopics topics;
  private final Semaphore news = new Semaphore(0);
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Runnable watcher = news::release;

  MemoryFollower(MemoryTopics topics) {
    this.topics = topics;
  }

  @Override
  public void assign(TopicPartition partition, long offset) {
    topics.log(partition).watch(watcher);
    positions.put(partition, offset);
  }

  @Override
  public void unassign(TopicPartition partition) {
    if (positions.remove(partition) != null) {
      topics.log(partition).unwatch(watcher);
    }
  }

  @Override
  public List<LogRecord> poll(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    while (true) {
      news.drainPermits();
      if (closed.get()) {
        throw new BusException("the follower is closed", null);
      }
      if (woken.getAndSet(false)) {
        return List.of();
      }
      List<LogRecord> found = take();
      long left = until - System.nanoTime();
      if (!found.isEmpty() || left <= 0 || !await(left)) {
        return found;
      }
    }
  }

  // Whether it is worth looking again.
  private boolean await(long nanos) {
    try {
      return news.tryAcquire(nanos, TimeUnit.NANOSECONDS) && !woken.getAndSet(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted", e);
    }
  }

  private List<LogRecord> take() {
    List<LogRecord> found = new ArrayList<>();
    for (var each : positions.entrySet()) {
      found.addAll(topics.log(each.getKey()).read(each.getValue(), BATCH));
    }
    // Only now, as none of the reads has failed: else records would be passed over unseen.
    found.forEach(record -> positions.put(record.source(), record.offset() + 1));
    return found;
  }

  @Override
  public long position(TopicPartition partition) {
    Long position = positions.get(partition);
    if (position == null) {
      throw new IllegalStateException(partition + " is not assigned");
    }
    return position;
  }

  @Override
  public void wakeup() {
    woken.set(true);
    news.release();
  }

  @Override
  public void close() {
    closed.set(true);
    news.release();
  }
}
