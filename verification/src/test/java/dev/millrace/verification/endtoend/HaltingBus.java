package dev.millrace.verification.endtoend;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.ForwardingFollower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.events.run.LogChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bus that ends its process, as {@code kill -9} would, the n-th time a crash point is reached.
 */
final class HaltingBus extends ForwardingBus {
  /** How a process ends that was killed. */
  static final int KILLED = 137;

  private final CrashPoint point;
  private final AtomicInteger left;
  private final Set<ByteBuffer> decided = ConcurrentHashMap.newKeySet();

  HaltingBus(Bus bus, CrashPoint point, int times) {
    super(bus);
    this.point = point;
    this.left = new AtomicInteger(times);
  }

  private void reached(CrashPoint here) {
    if (here == point && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }

  private static boolean isDecision(byte[] value) {
    return startsLike(value, "\"kind\":\"decision\"");
  }

  private static boolean isWriterChanged(byte[] value) {
    return startsLike(value, "\"kind\":\"writer-changed\"");
  }

  private static boolean startsLike(byte[] value, String text) {
    return new String(value, 0, Math.min(64, value.length), StandardCharsets.UTF_8).contains(text);
  }

  @Override
  protected Appender around(Appender appender) {
    return new Appender() {
      @Override
      public CompletionStage<Appended> append(
          TopicPartition partition, @Nullable String key, byte[] value) {
        String topic = partition.topic();
        if (topic.equals(Topics.RUN_EVENTS.name()) && isDecision(value)) {
          reached(CrashPoint.BEFORE_DECISION_APPENDED);
          decided.add(ByteBuffer.wrap(value));
        } else if (topic.equals(Topics.TASK_LOGS.name()) && LogChunk.read(value).position() > 0) {
          reached(CrashPoint.MID_LOG_CHUNK);
        } else if (topic.equals(Topics.INCOMING_DELIVERIES.name())) {
          reached(CrashPoint.BETWEEN_REF_UPDATE_AND_DELIVERY);
        }
        return appender.append(partition, key, value).thenApply(at -> landed(topic, value, at));
      }

      @Override
      public void close() {
        appender.close();
      }
    };
  }

  private Appended landed(String topic, byte[] value, Appended at) {
    if (topic.equals(Topics.RUN_COMMANDS.name())) {
      reached(CrashPoint.AFTER_COMMAND_APPENDED);
    } else if (topic.equals(Topics.RUN_EVENTS.name())) {
      reached(
          isWriterChanged(value)
              ? CrashPoint.AFTER_WRITER_CHANGED
              : CrashPoint.AFTER_DECISION_APPENDED);
    }
    return at;
  }

  @Override
  protected Follower around(Follower follower) {
    return new ForwardingFollower(follower) {
      @Override
      public List<LogRecord> poll(Duration wait) {
        List<LogRecord> records = super.poll(wait);
        for (LogRecord record : records) {
          // Not those of earlier lives, which are read first: nobody waits for them any more.
          if (record.source().topic().equals(Topics.RUN_EVENTS.name())
              && decided.remove(ByteBuffer.wrap(record.value()))) {
            reached(CrashPoint.BEFORE_ANSWER);
          }
        }
        return records;
      }
    };
  }
}
