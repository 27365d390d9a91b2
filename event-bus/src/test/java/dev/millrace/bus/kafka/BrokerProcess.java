package dev.millrace.bus.kafka;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A broker in a JVM of its own that appends numbers and prints each one once acknowledged. */
final class BrokerProcess {
  static final TopicPartition EVENTS = new TopicPartition(Topics.RUN_EVENTS.name(), 0);

  private BrokerProcess() {}

  public static void main(String[] arguments) throws Exception {
    var broker = EmbeddedBroker.start(Brokers.settings(Path.of(arguments[0])));
    TopicCreator.create(broker.clients(), TopicPlan.embedded(1));
    try (var bus = new KafkaBus(broker.clients());
        var appender = bus.appender("process")) {
      for (int i = 0; true; i++) {
        appender
            .append(EVENTS, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
        System.out.println(i);
      }
    }
  }
}
