package dev.millrace.executor;

import dev.millrace.events.ExecutorId;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What an executor is told.
 *
 * @param slots how many tasks it runs at once
 * @param repositories where clone steps fetch: {@code <this>/<project id>.git}
 * @param heartbeat how often it renews its lease
 * @param lease how long after sending a renewal it may go on without another one
 * @param killTime how long before the end of the lease it begins to end its tasks
 * @param grace how long a stopped step may take to end by itself
 * @param reportDelay how long the news that a step has begun may wait for more news
 * @param outputLimit how many bytes of the output of an attempt at a task are kept, over all its
 *     steps
 * @param drain how long its tasks may go on when it is asked to end; then they are stopped
 */
public record ExecutorSettings(
    ExecutorId id,
    int slots,
    URI repositories,
    Duration heartbeat,
    Duration lease,
    Duration killTime,
    Duration grace,
    Duration reportDelay,
    long outputLimit,
    Duration drain,
    String pool,
    String arch,
    Map<String, String> labels) {

  /** How many bytes of the output of an attempt are kept by default. */
  public static final long OUTPUT_LIMIT = 256L << 20;

  /** The lease of an executor whose Kafka is one broker, which nobody replaces. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  /** Room for two signs of life and for ending what runs. */
  public static final Duration SHORTEST_LEASE = Duration.ofSeconds(5);

  /** What a scheduler reckons with that has not heard of an executor yet. */
  public static final Duration LONGEST_LEASE = Duration.ofMinutes(1);

  /** How long before the end of its lease an executor begins to end its tasks. */
  public static final Duration KILL_TIME = Duration.ofSeconds(2);

  public ExecutorSettings {
    labels = Map.copyOf(labels);
    if (outputLimit < 0) {
      throw new IllegalArgumentException("a limit of output is not negative");
    }
    if (slots < 1) {
      throw new IllegalArgumentException("an executor has at least one slot");
    }
    if (lease.compareTo(killTime.plus(heartbeat.multipliedBy(2))) < 0) {
      throw new IllegalArgumentException(
          "a lease has to be longer than the time to kill and two heartbeats");
    }
  }

  /** The same with another limit of output. */
  public ExecutorSettings withOutputLimit(long bytes) {
    return new ExecutorSettings(
        id,
        slots,
        repositories,
        heartbeat,
        lease,
        killTime,
        grace,
        reportDelay,
        bytes,
        drain,
        pool,
        arch,
        labels);
  }

  /** The same with so much time for its tasks when it is asked to end. */
  public ExecutorSettings withDrain(Duration time) {
    return new ExecutorSettings(
        id,
        slots,
        repositories,
        heartbeat,
        lease,
        killTime,
        grace,
        reportDelay,
        outputLimit,
        time,
        pool,
        arch,
        labels);
  }

  /** The same with another lease. */
  public ExecutorSettings withLease(Duration time) {
    return new ExecutorSettings(
        id,
        slots,
        repositories,
        heartbeat,
        time,
        killTime,
        grace,
        reportDelay,
        outputLimit,
        drain,
        pool,
        arch,
        labels);
  }

  /** The defaults: {@link #LEASE}, renewed each second. */
  public static ExecutorSettings of(ExecutorId id, int slots, URI repositories) {
    return new ExecutorSettings(
        id,
        slots,
        repositories,
        Duration.ofSeconds(1),
        LEASE,
        KILL_TIME,
        Duration.ofSeconds(10),
        Duration.ofMillis(100),
        OUTPUT_LIMIT,
        Duration.ZERO,
        "default",
        System.getProperty("os.arch"),
        Map.of());
  }
}
