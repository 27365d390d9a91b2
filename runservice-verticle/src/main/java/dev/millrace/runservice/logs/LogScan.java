package dev.millrace.runservice.logs;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.run.LogChunk;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Reads a piece of a partition for the output of one step. */
final class LogScan {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final Followers followers;
  private final TopicPartition partition;

  LogScan(Followers followers, TopicPartition partition) {
    this.followers = followers;
    this.partition = partition;
  }

  /**
   * Gives all chunks in the piece to the step, until it has {@code enough} bytes.
   *
   * @param to offset after the last one
   * @param until chunks that were appended later are left out
   * @throws dev.millrace.bus.OffsetOutOfRangeException if the beginning was deleted
   */
  void read(long from, long to, StepBytes bytes, long enough, Instant until)
      throws IOException, InterruptedException {
    if (from >= to) {
      return;
    }
    try (Followers.Lease lease = followers.lend(partition, from)) {
      long position = from;
      while (position < to && bytes.position() < enough) {
        List<LogRecord> batch = poll(lease.follower());
        for (LogRecord record : batch) {
          position = record.offset() + 1;
          if (position > to) {
            return;
          }
          LogChunk chunk = record.appendedAt().isAfter(until) ? null : LogTail.read(record);
          if (chunk != null) {
            bytes.take(chunk);
          }
        }
        if (batch.isEmpty()) {
          position = Math.max(position, lease.follower().position(partition));
          if (position < to) {
            throw new BusException(partition + " gives nothing after offset " + position, null);
          }
        }
      }
    }
  }

  private static List<LogRecord> poll(Follower follower) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return follower.poll(PATIENCE);
  }
}
