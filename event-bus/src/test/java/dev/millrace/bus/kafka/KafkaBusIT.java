package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusContract;
import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class KafkaBusIT implements BusContract {
  private final AtomicInteger topics = new AtomicInteger();
  private EmbeddedBroker broker;
  private Admin admin;
  private KafkaBus bus;

  @BeforeAll
  void start(@TempDir Path directory) {
    broker = EmbeddedBroker.start(Brokers.settings(directory));
    admin = Admin.create(broker.clients().admin("test"));
    bus = new KafkaBus(broker.clients());
  }

  @AfterAll
  void stop() {
    bus.close();
    admin.close();
    broker.close();
  }

  @Override
  public Bus bus() {
    return bus;
  }

  @Override
  public Bus anotherBus() {
    return new KafkaBus(broker.clients());
  }

  @Override
  public String newTopic(int partitions) throws Exception {
    var name = "test-" + topics.incrementAndGet();
    var topic =
        new NewTopic(name, partitions, (short) 1)
            .configs(
                Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "4194304"));
    admin.createTopics(List.of(topic)).all().get();
    return name;
  }

  @Test
  void aRecordThatIsTooLargeIsRefusedAndTheNextOneLands() throws Exception {
    var partition = new TopicPartition(newTopic(1), 0);
    try (var appender = bus.appender("large")) {
      var tooLarge = appender.append(partition, null, new byte[5 * 1024 * 1024]);
      var next = appender.append(partition, null, new byte[3 * 1024 * 1024]);

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> tooLarge.toCompletableFuture().get(20, TimeUnit.SECONDS))
          .withCauseInstanceOf(BusException.class);
      next.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }
}
