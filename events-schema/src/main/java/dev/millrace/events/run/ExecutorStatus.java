package dev.millrace.events.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A record on {@code executor-status}: a sign of life.
 *
 * @param sentAt the executor's clock, for people only: nothing is decided by it
 * @param lease how long after sending this the executor goes on without being able to renew; after
 *     that its tasks are ended by itself
 * @param killTime how much longer it can take until they are gone
 * @param slots how many tasks it runs at once
 * @param attempts what it holds now
 * @param leaving it takes nothing new and will be gone
 */
public record ExecutorStatus(
    ExecutorRef executor,
    Instant sentAt,
    Duration lease,
    Duration killTime,
    int slots,
    List<AttemptRef> attempts,
    String pool,
    String arch,
    Map<String, String> labels,
    List<String> drivers,
    boolean leaving) {
  public ExecutorStatus {
    attempts = List.copyOf(attempts);
    labels = TaskSpec.Copies.ordered(labels);
    drivers = List.copyOf(drivers);
  }
}
