package dev.millrace.runservice.logs;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.runservice.feed.Inbox;
import dev.millrace.runservice.feed.RunSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the end of every partition of {@code task-logs}, once for all who watch logs grow: puts
 * chunks into their inboxes as they come, and remembers where steps began. It starts at the end
 * that it finds; what was there before is searched for when somebody asks.
 */
public final class LogTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final int STEPS_REMEMBERED = 20_000;
  private static final Duration LATER = Duration.ofMillis(10); // nobody reads faster

  private final Bus bus;
  private final InstantSource clock;
  private final HintIndex index;
  private final Object lock = new Object();
  private final Map<Reader, Set<Inbox<Placed>>> readers = new HashMap<>();
  private final long[] starts;
  private final long[] positions;
  private final CountDownLatch stop = new CountDownLatch(1);
  private Instant startedAt = Instant.MAX;
  private @Nullable Follower follower;
  private @Nullable Thread thread;

  private record Reader(AttemptRef attempt, String incarnation) {}

  public LogTail(Bus bus, RunSource runs, InstantSource clock) {
    this.bus = bus;
    this.clock = clock;
    this.index = new HintIndex(STEPS_REMEMBERED, attempt -> Attempts.ended(runs, attempt));
    int partitions = bus.partitions(Topics.TASK_LOGS.name());
    this.starts = new long[partitions];
    this.positions = new long[partitions];
  }

  /** Where an inbox begins, and what was known then. */
  record Joined(long next, long tailStart, Instant tailStartedAt, boolean complete) {}

  /** Begins; blocks until the ends of the partitions are known. */
  public void start() {
    Follower opened = bus.paced(LATER).steadyFollower("log-tail");
    List<CompletionStage<Extent>> extents = new ArrayList<>();
    for (int p = 0; p < positions.length; p++) {
      extents.add(bus.extent(partition(p)));
    }
    for (int p = 0; p < positions.length; p++) {
      long end = extents.get(p).toCompletableFuture().join().end();
      starts[p] = end;
      positions[p] = end;
      opened.assign(partition(p), end);
    }
    startedAt = clock.instant();
    follower = opened;
    thread = Thread.ofVirtual().name("log-tail").start(() -> run(opened));
  }

  int partitions() {
    return positions.length;
  }

  static TopicPartition partition(int partition) {
    return new TopicPartition(Topics.TASK_LOGS.name(), partition);
  }

  /** Empties the inbox and from now on puts the chunks of the attempt into it. */
  Joined join(int partition, AttemptRef attempt, String incarnation, Inbox<Placed> inbox) {
    synchronized (lock) {
      inbox.reset();
      readers
          .computeIfAbsent(new Reader(attempt, incarnation), _ -> new CopyOnWriteArraySet<>())
          .add(inbox);
      return new Joined(positions[partition], starts[partition], startedAt, index.complete());
    }
  }

  /** Ends {@link #join}. */
  void leave(AttemptRef attempt, String incarnation, Inbox<Placed> inbox) {
    synchronized (lock) {
      readers.computeIfPresent(
          new Reader(attempt, incarnation),
          (_, all) -> {
            all.remove(inbox);
            return all.isEmpty() ? null : all;
          });
    }
  }

  @Nullable StepHints hints(StepKey key) {
    return index.hints(key);
  }

  private void run(Follower following) {
    while (stop.getCount() > 0) {
      try {
        for (LogRecord record : following.poll(Duration.ofMinutes(1))) {
          take(record);
        }
      } catch (OffsetOutOfRangeException e) {
        LOG.warn("the log tail was left behind: {}", e.getMessage());
        restart(following, e.partition());
      } catch (BusException e) {
        LOG.warn("the log tail cannot read: {}", e.getMessage());
        pause();
      } catch (RuntimeException e) {
        LOG.error("the log tail failed; those who watch may miss output until they come back", e);
        pause();
      }
    }
  }

  private void take(LogRecord record) {
    int p = record.source().partition();
    LogChunk chunk = read(record);
    synchronized (lock) {
      positions[p] = record.offset() + 1;
      if (chunk == null) {
        return;
      }
      var placed = new Placed(record.offset(), record.appendedAt(), chunk);
      index.seen(placed);
      var inboxes = readers.get(new Reader(chunk.attempt(), chunk.incarnation()));
      if (inboxes != null) {
        inboxes.forEach(inbox -> inbox.offer(placed, 64 + chunk.bytes().length));
      }
    }
  }

  /** The chunk in a record; null if there is none, whoever wrote it. */
  static @Nullable LogChunk read(LogRecord record) {
    try {
      return LogChunk.read(record.value());
    } catch (UnreadableException e) {
      LOG.debug("{} offset {}: {}", record.source(), record.offset(), e.getMessage());
      return null;
    }
  }

  private void restart(Follower following, TopicPartition partition) {
    try {
      Extent extent = bus.extent(partition).toCompletableFuture().join();
      synchronized (lock) {
        starts[partition.partition()] = extent.end();
        positions[partition.partition()] = extent.end();
        readers.values().forEach(all -> all.forEach(Inbox::overflow));
      }
      following.assign(partition, extent.end());
    } catch (BusException | java.util.concurrent.CompletionException e) {
      LOG.warn("the log tail cannot start again: {}", e.getMessage());
      pause();
    }
  }

  private void pause() {
    try {
      stop.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
  }

  @Override
  public void close() {
    stop.countDown();
    Follower open = follower;
    Thread running = thread;
    if (open == null || running == null) {
      return;
    }
    open.wakeup();
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.close();
  }
}
