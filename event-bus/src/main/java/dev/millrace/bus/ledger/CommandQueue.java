package dev.millrace.bus.ledger;

import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Command records of a partition that are read and not yet decided: bounded, in order. */
final class CommandQueue {
  private static final long BYTES = 16 << 20;

  private final Deque<LogRecord> records = new ArrayDeque<>();
  private final TopicPartition commands;
  private final Follower follower;
  private final int limit;
  private long bytes;
  private long next;
  private boolean flowing;

  /** Nothing is in it yet; the partition is followed already, and comes from the offset on. */
  CommandQueue(TopicPartition commands, Follower follower, int limit, long from) {
    this.commands = commands;
    this.follower = follower;
    this.limit = limit;
    this.next = from;
    this.flowing = true;
  }

  void add(LogRecord record) {
    records.add(record);
    bytes += record.value().length;
    next = record.offset() + 1;
    if (flowing && (records.size() >= limit || bytes >= BYTES)) {
      follower.unassign(commands);
      flowing = false;
    }
  }

  @Nullable LogRecord peek() {
    return records.peek();
  }

  void remove() {
    bytes -= records.remove().value().length;
    if (!flowing && records.size() <= limit / 2 && bytes <= BYTES / 2) {
      flow();
    }
  }

  private void flow() {
    follower.assign(commands, next);
    flowing = true;
  }

  void close() {
    if (flowing) {
      follower.unassign(commands);
      flowing = false;
    }
  }
}
