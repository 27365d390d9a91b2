package dev.millrace.verification.simulation;

import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One partition of the simulated broker. */
final class SimulatedLog {
  final TopicPartition partition;

  /** All that was not lost, also what was trimmed: nobody but the oracles may see that. */
  final TreeMap<Long, LogRecord> records = new TreeMap<>();

  /** Where the log was cut, in order of time: what Kafka knows from leader epochs. */
  final List<Long> cuts = new ArrayList<>();

  private long start;
  private long next;

  SimulatedLog(TopicPartition partition) {
    this.partition = partition;
  }

  LogRecord append(@Nullable String key, byte[] value, Instant at, int gap) {
    next += gap;
    var record = new LogRecord(partition, next++, at.truncatedTo(ChronoUnit.MILLIS), key, value);
    records.put(record.offset(), record);
    return record;
  }

  Extent extent() {
    return new Extent(start, next);
  }

  /** The first record that was appended then or later; the end if there is none. */
  long firstSince(Instant time) {
    return records.tailMap(start, true).values().stream()
        .filter(record -> !record.appendedAt().isBefore(time))
        .mapToLong(LogRecord::offset)
        .findFirst()
        .orElse(next);
  }

  /** What comes before the offset is not kept any more. */
  void trim(long to) {
    start = Math.max(start, Math.min(to, next));
  }

  /** People put back what was trimmed. */
  void putBack() {
    start = 0;
  }

  /** What comes from the offset on is lost; 0: the log is made anew. */
  void cut(long to) {
    records.tailMap(to, true).clear();
    next = to;
    start = Math.min(start, to);
    cuts.add(to);
  }
}
