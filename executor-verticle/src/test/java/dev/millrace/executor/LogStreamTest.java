package dev.millrace.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.Topics;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.LogRange;
import dev.millrace.executor.FaultyBus.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LogStreamTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.TASK_LOGS.name(), 0);

  private final FaultyBus bus =
      new FaultyBus(
          new MemoryBus(new MemoryTopics(() -> Instant.EPOCH).create(PARTITION.topic(), 1)));
  private final Inbox inbox = new Inbox(() -> 0);

  @Test
  void everyByteComesThroughAsItIs() {
    var stream = stream(Long.MAX_VALUE);
    var random = new Random(3);
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(70_000)];
      random.nextBytes(bytes);
      all.writeBytes(bytes);
      assertThat(stream.take(bytes).toCompletableFuture()).isDone();
    }
    assertThat(stream.finish().toCompletableFuture())
        .isCompletedWithValue(new LogRange(0, 0, chunks().size() - 1, all.size()));
    assertThat(bytes()).isEqualTo(all.toByteArray());
  }

  @Test
  void withoutOutputThereIsNoRecord() {
    assertThat(stream(10).finish().toCompletableFuture())
        .isCompletedWithValue(new LogRange(0, 0, -1, 0));
    assertThat(chunks()).isEmpty();
  }

  @Test
  void outputBeyondTheLimitIsReplacedByALine() {
    var stream = stream(10);
    for (int i = 0; i < 5; i++) {
      stream.take("1234567".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(stream.finish().toCompletableFuture()).isDone();
    assertThat(new String(bytes(), StandardCharsets.US_ASCII))
        .isEqualTo(
            "1234567123\n"
                + "[millrace] the output of this task was cut here: more than 10 bytes are not"
                + " kept\n");
  }

  @Test
  void theLimitIsOfAllStepsOfATaskAndToldOnce() {
    var limit = new OutputLimit(3 << 10);
    for (int step = 0; step < 3; step++) {
      var stream = stream(limit);
      assertThat(stream.take(new byte[2 << 10]).toCompletableFuture()).isDone();
      assertThat(stream.take(new byte[100]).toCompletableFuture()).isDone();
      assertThat(stream.finish().toCompletableFuture()).isDone();
    }
    var all = new ByteArrayOutputStream();
    chunks().forEach(chunk -> all.writeBytes(chunk.bytes()));
    String text = all.toString(StandardCharsets.US_ASCII);
    assertThat(text).startsWith("\0".repeat(3 << 10)).endsWith("more than 3 KiB are not kept\n");
    assertThat(text.substring(3 << 10).lines().skip(1)).hasSize(1);
  }

  @Test
  void whatFitsIsNotCut() {
    var stream = stream(10);
    assertThat(stream.take(new byte[10]).toCompletableFuture()).isDone();
    assertThat(stream.finish().toCompletableFuture()).isDone();
    assertThat(bytes()).hasSize(10);
  }

  @Test
  void whatDoesNotLandHoldsTheStepUp() {
    bus.faults((_, _) -> Fault.HANGS);
    var stream = stream(Long.MAX_VALUE);
    assertThat(stream.take(new byte[LogStream.CHUNK]).toCompletableFuture()).isDone();
    var held = stream.take(new byte[LogStream.CHUNK]).toCompletableFuture();
    assertThat(held).isNotDone();
    stream.abandon();
    assertThat(held).isDone();
    assertThat(stream.finish().toCompletableFuture()).isDone();
  }

  private LogStream stream(long limit) {
    return stream(new OutputLimit(limit));
  }

  private LogStream stream(OutputLimit limit) {
    return new LogStream(
        new Channel(bus, "test"), PARTITION, Workshop.attempt(1), "one", 0, limit, inbox);
  }

  private List<LogChunk> chunks() {
    var chunks = new ArrayList<LogChunk>();
    try (var follower = bus.follower("test")) {
      follower.assign(PARTITION, 0);
      for (var more = follower.poll(Duration.ZERO);
          !more.isEmpty();
          more = follower.poll(Duration.ZERO)) {
        more.forEach(record -> chunks.add(LogChunk.read(record.value())));
      }
    }
    return chunks;
  }

  private byte[] bytes() {
    var all = new ByteArrayOutputStream();
    for (LogChunk chunk : chunks()) {
      assertThat(chunk.position()).isEqualTo(all.size());
      all.writeBytes(chunk.bytes());
    }
    return all.toByteArray();
  }
}
