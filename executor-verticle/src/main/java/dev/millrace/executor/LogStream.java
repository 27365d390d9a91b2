package dev.millrace.executor;

import dev.millrace.bus.Appended;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.LogRange;
import dev.millrace.executor.drivers.Driver;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the output of one step to {@code task-logs}. The first bytes go at once; what comes while
 * a chunk is on its way waits and goes as one, so chunks are small while there is little and large
 * while there is much. One chunk is on its way at a time: however often one has to be sent, those
 * behind it never come before it. Any thread.
 */
final class LogStream implements Driver.Output {
  /** The largest chunk; twice as much is held before the step has to wait. */
  static final int CHUNK = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(LogStream.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Channel channel;
  private final TopicPartition partition;
  private final AttemptRef attempt;
  private final String incarnation;
  private final int step;
  private final OutputLimit limit;
  private final Inbox inbox;
  private final CompletableFuture<LogRange> finished = new CompletableFuture<>();

  // guarded by this
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private @Nullable CompletableFuture<Void> room;
  private @Nullable LogChunk onItsWay;
  private long sent;
  private long first = -1;
  private long last = -1;
  private boolean finishing;
  private boolean abandoned;

  /**
   * A stream of nothing yet.
   *
   * @param limit what is beyond it is replaced by a line that says so
   */
  LogStream(
      Channel channel,
      TopicPartition partition,
      AttemptRef attempt,
      String incarnation,
      int step,
      OutputLimit limit,
      Inbox inbox) {
    this.channel = channel;
    this.partition = partition;
    this.attempt = attempt;
    this.incarnation = incarnation;
    this.step = step;
    this.limit = limit;
    this.inbox = inbox;
  }

  @Override
  public synchronized CompletionStage<Void> take(byte[] bytes) {
    if (abandoned || finishing) {
      return CompletableFuture.completedStage(null);
    }
    int kept = limit.take(bytes.length);
    waiting.write(bytes, 0, kept);
    if (kept < bytes.length) {
      waiting.writeBytes(limit.notice());
    }
    send();
    if (waiting.size() < CHUNK) {
      return CompletableFuture.completedStage(null);
    }
    room = new CompletableFuture<>();
    return room;
  }

  /** There is no more; completes with where all of it lies, once it is there. */
  synchronized CompletionStage<LogRange> finish() {
    finishing = true;
    send();
    return finished;
  }

  /** Nobody wants it any more: nothing is sent, and nobody held up. */
  void abandon() {
    CompletableFuture<Void> held;
    synchronized (this) {
      abandoned = true;
      waiting.reset();
      held = room;
      room = null;
    }
    if (held != null) {
      held.complete(null);
    }
    finished.complete(range());
  }

  private synchronized LogRange range() {
    return first < 0
        ? new LogRange(partition.partition(), 0, -1, 0)
        : new LogRange(partition.partition(), first, last, sent);
  }

  private void send() {
    LogChunk chunk;
    synchronized (this) {
      if (onItsWay != null || abandoned) {
        return;
      }
      if (waiting.size() == 0) {
        if (finishing) {
          finished.complete(range());
        }
        return;
      }
      byte[] all = waiting.toByteArray();
      int size = Math.min(all.length, CHUNK);
      waiting.reset();
      waiting.write(all, size, all.length - size);
      boolean end = finishing && waiting.size() == 0;
      chunk =
          new LogChunk(
              attempt,
              incarnation,
              step,
              sent,
              end,
              size == all.length ? all : Arrays.copyOf(all, size));
      onItsWay = chunk;
    }
    append(chunk);
  }

  private void append(LogChunk chunk) {
    channel
        .append(partition, attempt.run().toString(), LogChunk.write(chunk))
        .whenComplete(
            (appended, failure) -> {
              if (failure == null) {
                landed(chunk, appended);
              } else {
                LOG.atWarn()
                    .addKeyValue("run", attempt.run())
                    .addKeyValue("task", attempt.task())
                    .log(
                        "output of {} may not have been sent, is sent again: {}",
                        attempt,
                        failure.toString());
                inbox.after(PAUSE, () -> again(chunk));
              }
            });
  }

  private void again(LogChunk chunk) {
    synchronized (this) {
      if (abandoned) {
        return;
      }
    }
    append(chunk);
  }

  private void landed(LogChunk chunk, Appended appended) {
    CompletableFuture<Void> held = null;
    synchronized (this) {
      onItsWay = null;
      sent += chunk.bytes().length;
      first = first < 0 ? appended.offset() : first;
      last = appended.offset();
      if (room != null && waiting.size() < CHUNK) {
        held = room;
        room = null;
      }
    }
    send();
    if (held != null) {
      held.complete(null);
    }
  }
}
