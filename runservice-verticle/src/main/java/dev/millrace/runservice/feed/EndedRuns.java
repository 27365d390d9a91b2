package dev.millrace.runservice.feed;

import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs as they were at their end, until they are stored and can be read from there. Any thread. */
final class EndedRuns {
  private final Map<RunId, Run> runs = new ConcurrentHashMap<>();
  private final List<Deque<Ended>> partitions = new ArrayList<>();
  private final long[] stored;
  private final AtomicLong bytes = new AtomicLong();

  EndedRuns(int partitions) {
    for (int p = 0; p < partitions; p++) {
      this.partitions.add(new ArrayDeque<>());
    }
    this.stored = new long[partitions];
  }

  /** A run has ended, later than all others of its partition; ignored if it is stored already. */
  void add(int partition, long offset, Run run) {
    Deque<Ended> queue = partitions.get(partition);
    synchronized (queue) {
      if (offset >= stored[partition]) {
        runs.put(run.id(), run);
        bytes.addAndGet(Weight.of(run));
        queue.addLast(new Ended(offset, run));
      }
    }
  }

  /** It was deleted. */
  void remove(int partition, RunId id) {
    Deque<Ended> queue = partitions.get(partition);
    synchronized (queue) {
      Run deleted = runs.remove(id);
      if (deleted != null) {
        bytes.addAndGet(-Weight.of(deleted));
        queue.removeIf(ended -> ended.run().id().equals(id));
      }
    }
  }

  @Nullable Run run(RunId id) {
    return runs.get(id);
  }

  /** All of them, in no order. */
  Collection<Run> all() {
    return runs.values();
  }

  /** About how much memory they take. */
  long bytes() {
    return bytes.get();
  }

  /** Those that ended before the offset, oldest first. */
  List<Ended> before(int partition, long offset) {
    Deque<Ended> queue = partitions.get(partition);
    synchronized (queue) {
      return queue.stream().takeWhile(ended -> ended.offset() < offset).toList();
    }
  }

  /** What ended before the offset is stored. */
  void forget(int partition, long offset) {
    Deque<Ended> queue = partitions.get(partition);
    synchronized (queue) {
      stored[partition] = Math.max(stored[partition], offset);
      for (Ended first = queue.peekFirst();
          first != null && first.offset() < stored[partition];
          first = queue.peekFirst()) {
        queue.removeFirst();
        if (runs.remove(first.run().id()) != null) {
          bytes.addAndGet(-Weight.of(first.run()));
        }
      }
    }
  }
}
