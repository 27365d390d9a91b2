package dev.millrace.runservice.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogStartsTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private Instant now = Instant.parse("2026-06-01T12:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 100})
  void theFirstRecordOfATimeIsFound(int records) throws Exception {
    var random = new Random(records);
    var topics = new MemoryTopics(() -> now).create("t", 1);
    List<Instant> times = new ArrayList<>();
    try (var bus = new MemoryBus(topics);
        var appender = bus.appender("a");
        var followers = new Followers(bus, "f", 1)) {
      Instant begin = now;
      for (int i = 0; i < records; i++) {
        now = now.plusSeconds(random.nextInt(3));
        times.add(now);
        assertThat(appender.append(PARTITION, null, new byte[1]).toCompletableFuture().isDone())
            .isTrue();
      }
      var starts = new LogStarts(followers);
      for (int s = -1; s < 3 * records + 2; s++) {
        Instant wanted = begin.plusSeconds(s);
        long expected = times.stream().filter(time -> time.isBefore(wanted)).count();

        assertThat(starts.before(PARTITION, new Extent(0, records), wanted)).isEqualTo(expected);
      }
    }
  }
}
