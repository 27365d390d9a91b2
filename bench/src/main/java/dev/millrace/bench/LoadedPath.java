package dev.millrace.bench;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.drivers.Driver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The path of a run of two tasks as {@code latency} makes it, at the same rate, with nothing on it
 * that decides, folds, places or answers: as many records, each appended by whoever has read the
 * one before, as many readers, and the same steps by the driver of {@code up}.
 */
final class LoadedPath implements AutoCloseable {
  // c: commands, e: their decisions, a: an assignment; digits: so many steps, one after the other.
  // Create; start and assign; claim; two steps; report; assign; claim; one step; report.
  private static final String PATH = "ceceace2ceceace1ce";
  private static final int PARTITIONS = 16;
  private static final int RECORD_BYTES = 400; // what a decision has, about
  private static final Duration LATER = Duration.ofMillis(10);
  private static final Duration WAIT = Duration.ofMillis(200);
  private static final StepCommand CLOCK =
      new StepCommand(
          List.of("/bin/bash", "-e"), "echo $EPOCHREALTIME", Map.of(), StepCommand.PROJECT);

  final Histogram first = new ConcurrentHistogram(60_000_000L, 3);
  final Histogram dependant = new ConcurrentHistogram(60_000_000L, 3);
  private final Bus bus;
  private final Driver driver;
  private final Map<String, Appender> appenders;
  private final List<Thread> threads;
  private final AtomicReferenceArray<Run> runs;
  private final CountDownLatch unfinished;
  private volatile boolean closed;

  /**
   * A run on its way; times in microseconds since the epoch.
   *
   * @param steps when each of its steps began
   */
  private record Run(long intended, List<Long> steps) {}

  LoadedPath(Bus bus, Driver driver, int count) {
    this.bus = bus;
    this.driver = driver;
    this.appenders =
        Stream.of(Topics.RUN_COMMANDS, Topics.RUN_EVENTS, Topics.ASSIGNMENTS, Topics.TASK_LOGS)
            .collect(
                Collectors.toUnmodifiableMap(
                    Topic::name, topic -> bus.appender("append-" + topic.name())));
    this.runs = new AtomicReferenceArray<>(count);
    this.unfinished = new CountDownLatch(count);
    this.threads =
        List.of(
            reader(bus, Topics.RUN_COMMANDS.name(), this::next),
            reader(bus, Topics.RUN_EVENTS.name(), this::next),
            reader(bus, Topics.ASSIGNMENTS.name(), this::next),
            reader(bus, Topics.RUN_EVENTS.name(), _ -> {}), // as the scheduler
            reader(bus.paced(LATER), Topics.RUN_EVENTS.name(), _ -> {}), // as the gateway
            reader(bus.paced(LATER), Topics.TASK_LOGS.name(), _ -> {}));
  }

  /** Sends all runs at the rate, whatever becomes of earlier ones, and waits for their ends. */
  void offer(double perSecond) throws InterruptedException {
    long wall = System.currentTimeMillis() * 1000 - System.nanoTime() / 1000;
    long begin = System.nanoTime();
    for (int i = 0; i < runs.length(); i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      runs.set(i, new Run(due / 1000 + wall, new CopyOnWriteArrayList<>()));
      append(i, 0);
    }
    if (!unfinished.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException(unfinished.getCount() + " runs have no end");
    }
  }

  private Thread reader(Bus from, String topic, Consumer<LogRecord> work) {
    Follower follower = from.steadyFollower("read-" + topic);
    for (int p = 0; p < PARTITIONS; p++) {
      long end = bus.extent(new TopicPartition(topic, p)).toCompletableFuture().join().end();
      follower.assign(new TopicPartition(topic, p), end);
    }
    return Thread.ofPlatform()
        .name("path-" + topic)
        .start(
            () -> {
              try (follower) {
                while (!closed) {
                  follower.poll(WAIT).forEach(work);
                }
              } catch (RuntimeException e) {
                failed(e);
              }
            });
  }

  private void next(LogRecord record) {
    var content = ByteBuffer.wrap(record.value());
    int run = content.getInt();
    int next = content.getInt() + 1;
    if (next == PATH.length()) {
      Run of = runs.get(run);
      List<Long> steps = of.steps();
      first.recordValue(Math.max(0, steps.getFirst() - of.intended()));
      dependant.recordValue(Math.max(0, steps.get(2) - steps.get(1)));
      unfinished.countDown();
    } else if (Character.isDigit(PATH.charAt(next))) {
      steps(run, Character.digit(PATH.charAt(next), 10), next + 1);
    } else {
      append(run, next);
    }
  }

  private void steps(int run, int count, int then) {
    driver
        .prepare()
        .thenCompose(
            place -> {
              CompletionStage<StepExit> last = place.run(CLOCK, bytes -> said(run, bytes));
              for (int i = 1; i < count; i++) {
                last = last.thenCompose(_ -> place.run(CLOCK, bytes -> said(run, bytes)));
              }
              return last.thenApply(_ -> place);
            })
        .thenCompose(
            place -> {
              append(run, then);
              return place.destroy();
            })
        .whenComplete((_, failure) -> failed(failure));
  }

  private CompletionStage<Void> said(int run, byte[] bytes) {
    long now =
        Long.parseLong(new String(bytes, StandardCharsets.US_ASCII).strip().replace(".", ""));
    runs.get(run).steps().add(now);
    return append(Topics.TASK_LOGS.name(), run, 0).thenAccept(_ -> {});
  }

  private void append(int run, int position) {
    String topic =
        switch (PATH.charAt(position)) {
          case 'c' -> Topics.RUN_COMMANDS.name();
          case 'e' -> Topics.RUN_EVENTS.name();
          default -> Topics.ASSIGNMENTS.name();
        };
    var _ = append(topic, run, position).whenComplete((_, failure) -> failed(failure));
  }

  private static void failed(@Nullable Throwable failure) {
    if (failure != null) {
      System.err.println("a run gets stuck: " + failure);
    }
  }

  private CompletableFuture<?> append(String topic, int run, int position) {
    byte[] value = ByteBuffer.allocate(RECORD_BYTES).putInt(run).putInt(position).array();
    return Objects.requireNonNull(appenders.get(topic))
        .append(new TopicPartition(topic, run % PARTITIONS), "root/" + run, value)
        .toCompletableFuture();
  }

  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // they end all the same
      }
    }
    appenders.values().forEach(Appender::close);
  }
}
