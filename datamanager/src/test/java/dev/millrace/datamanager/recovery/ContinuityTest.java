package dev.millrace.datamanager.recovery;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.Appender;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.Topics;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Nobody goes on to write where records are lost that manifests know of. */
final class ContinuityTest {
  private static final String TOPIC = Topics.INCOMING_DELIVERIES.name();
  private final MemoryBus bus = new MemoryBus(new MemoryTopics(Clock.systemUTC()).create(TOPIC, 2));

  private static List<NamedManifest> manifests(String content) {
    return List.of(
        new NamedManifest(
            "any", "manifests/any/1", JsonMapper.builder().build().readTree(content)));
  }

  private void append(int partition, int records) {
    try (Appender appender = bus.appender("test")) {
      for (int i = 0; i < records; i++) {
        appender.append(new TopicPartition(TOPIC, partition), null, new byte[1]);
      }
    }
  }

  @Test
  void aTopicThatReachesAsFarAsIsKnownIsGoneOnWith() {
    append(1, 7);
    var known =
        manifests(
            """
            {"format": 1, "kept": [
              {"at": 1, "positions": {"incoming-deliveries/00001": 7, "something else": 9}},
              {"at": 0, "positions": {"incoming-deliveries/1": 3}}]}
            """);

    assertThatNoException().isThrownBy(() -> Continuity.require(bus, known));
  }

  @Test
  void aTopicThatEndsBeforeIsNotAndBothPositionsAreNamed() {
    append(1, 6);

    assertThatThrownBy(
            () ->
                Continuity.require(
                    bus, manifests("{\"positions\": {\"incoming-deliveries/1\": 7}}")))
        .isInstanceOf(RecoveryException.class)
        .hasMessageContaining("incoming-deliveries-1 was read up to record 6 before")
        .hasMessageContaining("ends with record 5 now")
        .hasMessageContaining("millrace recover");
  }
}
