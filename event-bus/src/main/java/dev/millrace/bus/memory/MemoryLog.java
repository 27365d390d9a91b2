package dev.millrace.bus.memory;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/** One partition. */
final class MemoryLog {
  private final TopicPartition partition;
  private final InstantSource clock;
  private final List<LogRecord> records = new ArrayList<>();
  private final Set<Runnable> watchers = new CopyOnWriteArraySet<>();
  private long start;

  MemoryLog(TopicPartition partition, InstantSource clock) {
    this.partition = partition;
    this.clock = clock;
  }

  Appended append(@Nullable String key, byte[] value) {
    Appended appended;
    synchronized (this) {
      Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      appended = new Appended(start + records.size(), at);
      records.add(new LogRecord(partition, appended.offset(), at, key, value.clone()));
    }
    watchers.forEach(Runnable::run);
    return appended;
  }

  synchronized Extent extent() {
    return new Extent(start, start + records.size());
  }

  synchronized List<LogRecord> read(long from, int most) {
    if (from < start || from > start + records.size()) {
      throw new OffsetOutOfRangeException(partition, from);
    }
    int first = (int) (from - start);
    return List.copyOf(records.subList(first, Math.min(records.size(), first + most)));
  }

  synchronized long firstSince(Instant time) {
    return records.stream()
        .filter(record -> !record.appendedAt().isBefore(time))
        .findFirst()
        .map(LogRecord::offset)
        .orElse(start + records.size());
  }

  synchronized void trim(long before) {
    int gone = Math.clamp(before - start, 0, records.size());
    records.subList(0, gone).clear();
    start += gone;
  }

  void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }
}
