package dev.millrace.bus.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PacedBusTest extends OnMemory {
  private static final Duration LONG = Duration.ofMinutes(10);
  private final Bus memory = anotherBus();
  private final Bus bus = memory.paced(Duration.ofMillis(1));

  @Override
  public Bus bus() {
    return bus;
  }

  @Test
  void afterAFewRecordsItRests() {
    var partition = new TopicPartition(newTopic(1), 0);
    try (var follower = memory.paced(LONG).follower("resting")) {
      follower.assign(partition, 0);
      append(partition, 1);
      assertThat(follower.poll(LONG)).as("after a silence").hasSize(1);
      append(partition, 1);
      assertThat(follower.poll(Duration.ofMillis(1))).as("while it rests").isEmpty();
    }
  }

  @Test
  void aWakeupEndsTheRest() {
    var partition = new TopicPartition(newTopic(1), 0);
    try (var follower = resting(partition)) {
      follower.wakeup();
      assertThat(follower.poll(LONG)).isEmpty();
    }
  }

  @Test
  void muchAtATimeIsReadWithoutARest() {
    var partition = new TopicPartition(newTopic(1), 0);
    try (var follower = memory.paced(LONG).follower("busy")) {
      follower.assign(partition, 0);
      append(partition, 500);
      assertThat(follower.poll(LONG)).hasSizeGreaterThan(100);
      append(partition, 500);
      assertThat(follower.poll(LONG)).isNotEmpty();
    }
  }

  @Test
  void afterAFewLargeRecordsItGoesOnToo() {
    var partition = new TopicPartition(newTopic(1), 0);
    try (var follower = memory.paced(LONG).follower("busy")) {
      follower.assign(partition, 0);
      append(partition, 1, new byte[256 << 10]);
      assertThat(follower.poll(LONG)).hasSize(1);
      append(partition, 1, new byte[256 << 10]);
      assertThat(follower.poll(LONG)).hasSize(1);
    }
  }

  private Follower resting(TopicPartition partition) {
    var follower = memory.paced(LONG).follower("resting");
    follower.assign(partition, 0);
    append(partition, 1);
    assertThat(follower.poll(LONG)).hasSize(1);
    return follower;
  }

  private void append(TopicPartition partition, int count) {
    append(partition, count, "x".getBytes(UTF_8));
  }

  private void append(TopicPartition partition, int count, byte[] value) {
    try (var appender = memory.appender("test")) {
      for (int i = 0; i < count; i++) {
        appender.append(partition, null, value).toCompletableFuture().join();
      }
    }
  }
}
