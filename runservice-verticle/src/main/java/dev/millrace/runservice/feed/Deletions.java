package dev.millrace.runservice.feed;

import dev.millrace.events.RunId;
import dev.millrace.events.run.RunEvent.LogsDeleted;
import dev.millrace.events.run.RunEvent.OfEnded;
import dev.millrace.events.run.RunEvent.RunDeleted;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was deleted of runs that have ended, until the archive knows it. Any thread. */
final class Deletions {
  private record Place(int partition, long offset) {}

  private final Map<OfEnded, Place> deleted = new ConcurrentHashMap<>();
  private final long[] stored; // guarded by this

  Deletions(int partitions) {
    this.stored = new long[partitions];
  }

  /** The decision at the offset has deleted it; ignored if the archive knows it already. */
  synchronized void add(int partition, long offset, OfEnded event) {
    if (offset >= stored[partition]) {
      deleted.put(event, new Place(partition, offset));
    }
  }

  /** Whether the run is deleted, and the archive does not know it yet. */
  boolean has(RunId run) {
    return deleted.containsKey(new RunDeleted(run));
  }

  /** Whether the logs of the task are deleted, and the archive does not know it yet. */
  boolean hasLogs(RunId run, String task) {
    return deleted.containsKey(new LogsDeleted(run, null))
        || deleted.containsKey(new LogsDeleted(run, task));
  }

  /** The runs that are deleted, as far as the archive does not know it yet, in no order. */
  List<RunId> runs() {
    return deleted.keySet().stream()
        .filter(RunDeleted.class::isInstance)
        .map(OfEnded::run)
        .toList();
  }

  /** The archive knows what was deleted before the offset. */
  synchronized void forget(int partition, long offset) {
    stored[partition] = Math.max(stored[partition], offset);
    deleted
        .values()
        .removeIf(place -> place.partition() == partition && place.offset() < stored[partition]);
  }
}
