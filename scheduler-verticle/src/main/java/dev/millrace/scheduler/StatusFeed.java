package dev.millrace.scheduler;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Json;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.scheduler.Input.Heard;
import dev.millrace.scheduler.Input.Sign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code executor-status}. It begins a little before the end: what was said before it began
 * proves no life, but tells which incarnation came after which. One thread, except {@link #wakeup}.
 */
final class StatusFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StatusFeed.class);
  private static final int LOOK_BACK = 200;

  private final Bus bus;
  private final Consumer<Heard> heard;
  private final int partitions;
  private final long[] positions;
  private @Nullable CompletableFuture<List<Extent>> beginning;
  private volatile @Nullable Follower follower;
  private long[] liveFrom = {};
  private boolean again;

  StatusFeed(Bus bus, Consumer<Heard> heard) {
    this.bus = bus;
    this.heard = heard;
    this.partitions = bus.partitions(Topics.EXECUTOR_STATUS.name());
    this.positions = new long[partitions];
  }

  /** Where the executor's signs of life are. */
  static TopicPartition partition(int partition) {
    return new TopicPartition(Topics.EXECUTOR_STATUS.name(), partition);
  }

  /** Passes on what has come; waits at most as long as told if there is nothing. */
  void step(Duration wait) throws InterruptedException {
    try {
      Follower reading = follower == null ? begin(wait) : follower;
      if (reading != null) {
        read(reading, wait);
      }
    } catch (BusException e) {
      log.warn("executor-status cannot be read, beginning again: {}", e.getMessage());
      close();
      again = true;
      if (wait.isPositive()) {
        Thread.sleep(wait);
      }
    }
  }

  void wakeup() {
    Follower reading = follower;
    if (reading != null) {
      reading.wakeup();
    }
  }

  @Override
  public void close() {
    Follower reading = follower;
    follower = null;
    beginning = null;
    if (reading != null) {
      reading.close();
    }
  }

  private @Nullable Follower begin(Duration wait) throws InterruptedException {
    if (beginning == null) {
      beginning = extents();
    }
    List<Extent> extents;
    try {
      extents = beginning.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new BusException("no end of executor-status", e);
    }
    Follower reading = bus.steadyFollower("scheduler-executors");
    follower = reading;
    liveFrom = new long[partitions];
    for (int p = 0; p < partitions; p++) {
      Extent extent = extents.get(p);
      liveFrom[p] = extent.end();
      positions[p] = Math.max(extent.start(), extent.end() - LOOK_BACK);
      reading.assign(partition(p), positions[p]);
    }
    return reading;
  }

  private CompletableFuture<List<Extent>> extents() {
    var all =
        IntStream.range(0, partitions)
            .mapToObj(p -> bus.extent(partition(p)).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(_ -> all.stream().map(CompletableFuture::join).toList());
  }

  private void read(Follower reading, Duration wait) {
    List<LogRecord> records = reading.poll(wait);
    long[] before = positions.clone();
    for (int p = 0; p < partitions; p++) {
      positions[p] = reading.position(partition(p));
    }
    if (records.isEmpty() && !again && Arrays.equals(before, positions)) {
      return;
    }
    List<Sign> signs = new ArrayList<>();
    for (LogRecord record : records) {
      ExecutorStatus status = status(record);
      if (status != null) {
        signs.add(new Sign(status, record.offset() >= liveFrom[record.source().partition()]));
      }
    }
    heard.accept(new Heard(signs, positions.clone(), again));
    again = false;
  }

  private static @Nullable ExecutorStatus status(LogRecord record) {
    try {
      return Json.read(record.value(), ExecutorStatus.class);
    } catch (UnreadableException e) {
      log.warn(
          "{} at {} is no executor's status: {}", record.source(), record.offset(), e.getMessage());
      return null;
    }
  }
}
