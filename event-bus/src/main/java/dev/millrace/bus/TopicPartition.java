package dev.millrace.bus;

/** One partition of one topic: the unit that is ordered, followed and appended to. */
public record TopicPartition(String topic, int partition) {
  public TopicPartition {
    if (partition < 0) {
      throw new IllegalArgumentException("negative partition " + partition + " of " + topic);
    }
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
