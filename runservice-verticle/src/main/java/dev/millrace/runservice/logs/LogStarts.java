package dev.millrace.runservice.logs;

import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where in a partition a time lies, by halving: the broker stamps records in their order. */
final class LogStarts {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final Followers followers;

  LogStarts(Followers followers) {
    this.followers = followers;
  }

  /**
   * An offset within the range before which no record of the range was appended at the time or
   * later; the range's end if all were appended before.
   */
  long before(TopicPartition partition, Extent range, Instant time) throws InterruptedException {
    long low = range.start();
    long high = range.end();
    if (low >= high) {
      return high;
    }
    try (Followers.Lease lease = followers.lend(partition, high - 1)) {
      // Most of the time nothing has come since: look at the last record first.
      long middle = high - 1;
      while (low < high) {
        LogRecord at = first(lease, partition, middle);
        if (at != null && at.offset() < high && at.appendedAt().isBefore(time)) {
          low = at.offset() + 1;
        } else {
          high = middle;
        }
        middle = low + (high - low) / 2;
      }
    }
    return low;
  }

  private static @Nullable LogRecord first(
      Followers.Lease lease, TopicPartition partition, long offset) {
    lease.follower().assign(partition, offset);
    List<LogRecord> read = lease.follower().poll(PATIENCE);
    return read.isEmpty() ? null : read.getFirst();
  }
}
