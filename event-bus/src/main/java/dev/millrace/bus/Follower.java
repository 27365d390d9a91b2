package dev.millrace.bus;

import java.time.Duration;
import java.util.List;

/**
 * Reads partitions from given positions on. One thread at a time uses it; only {@link #wakeup} may
 * be called from any other.
 */
public interface Follower extends AutoCloseable {

  /** Follows the partition from the offset on (also when it is followed already: then it moves). */
  void assign(TopicPartition partition, long offset);

  /** Ends following the partition. */
  void unassign(TopicPartition partition);

  /**
   * What has come, per partition in order of offsets. Waits for the first record at most as long as
   * told; an empty list means that there was none or that {@link #wakeup} was called.
   *
   * @throws OffsetOutOfRangeException if a position lies before the start or behind the end of its
   *     log: never reset silently
   */
  List<LogRecord> poll(Duration wait);

  /** The offset of the next record that will be read from the partition. */
  long position(TopicPartition partition);

  /** Lets a {@link #poll} that is waiting, or else the next one, return at once. */
  void wakeup();

  @Override
  void close();
}
