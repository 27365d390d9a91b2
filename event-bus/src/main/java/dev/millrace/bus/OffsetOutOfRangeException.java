package dev.millrace.bus;

/** A position is not in its log (any more): the log was trimmed past it, cut, or made anew. */
public final class OffsetOutOfRangeException extends BusException {
  private static final long serialVersionUID = 1;
  private final transient TopicPartition partition;
  private final long offset;

  public OffsetOutOfRangeException(TopicPartition partition, long offset) {
    super("offset " + offset + " is not in " + partition, null);
    this.partition = partition;
    this.offset = offset;
  }

  public TopicPartition partition() {
    return partition;
  }

  public long offset() {
    return offset;
  }
}
