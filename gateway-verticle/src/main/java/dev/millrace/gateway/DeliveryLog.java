package dev.millrace.gateway;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Delivery;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import java.util.concurrent.CompletionStage;

/** Puts deliveries on their topic, each in the partition of its project. */
final class DeliveryLog implements AutoCloseable {

  private static final String TOPIC = Topics.INCOMING_DELIVERIES.name();

  private final Appender appender;
  private final int partitions;

  DeliveryLog(Bus bus, String name) {
    this.appender = bus.appender(name);
    this.partitions = bus.partitions(TOPIC);
  }

  /** Completes once the delivery is on its topic. */
  CompletionStage<Appended> append(Delivery delivery) {
    RootGroup root = RootGroup.of(delivery.project());
    return appender.append(partition(root, partitions), root.toString(), Json.write(delivery));
  }

  static TopicPartition partition(RootGroup root, int partitions) {
    return new TopicPartition(TOPIC, Partitions.of(root.toString(), partitions));
  }

  @Override
  public void close() {
    appender.close();
  }
}
