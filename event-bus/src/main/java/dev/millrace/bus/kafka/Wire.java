package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Between Kafka's words and ours. */
final class Wire {
  private Wire() {}

  static org.apache.kafka.common.TopicPartition partition(TopicPartition partition) {
    return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
  }

  static TopicPartition partition(org.apache.kafka.common.TopicPartition partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  /** Says what failed and why in one line, without the wrappers of futures. */
  static BusException failure(String what, Throwable e) {
    var cause = e;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause instanceof ExecutionException)) {
      cause = cause.getCause();
    }
    return cause instanceof BusException known
        ? known
        : new BusException(what + ": " + cause.getMessage(), cause);
  }
}
