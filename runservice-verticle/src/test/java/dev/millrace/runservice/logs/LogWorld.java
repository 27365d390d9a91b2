package dev.millrace.runservice.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.Appender;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.events.run.TaskStatus;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run of one task on topics in memory, and a replica that reads its logs. */
final class LogWorld implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  static final RunId RUN = RunId.parse("project/p1/1");
  static final AttemptRef ATTEMPT = new AttemptRef(RUN, "build", 1);
  static final ExecutorRef EXECUTOR = new ExecutorRef(new ExecutorId("e1"), "now");
  static final int PARTITIONS = 3;
  private volatile Instant now = NOON;
  final FakeRuns runs = new FakeRuns();
  final MemoryTopics topics =
      new MemoryTopics(() -> now).create(Topics.TASK_LOGS.name(), PARTITIONS);
  private final MemoryBus bus = new MemoryBus(topics);
  private final Appender appender = bus.appender("executor");
  private final int partition = Partitions.of(RUN.toString(), PARTITIONS);
  private LogTail tail;
  private Followers followers;
  private TaskLogs logs;
  private StoredLogs stored;
  final StoredWorld archive = new StoredWorld(bus, this::now);

  LogWorld(int steps) {
    List<Step> specs = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      specs.add(new Step.Run("step " + i, "true", Map.of(), null, null));
    }
    var task = new TaskSpec("build", List.of(), Map.of(), null, null, false, false, false, specs);
    var spec =
        new RunSpec("ci", "/project/p1", Map.of(), List.of(), Map.of(), Map.of(), List.of(task));
    runs.happened(
        now,
        new RunEvent.RunCreated(RUN, spec),
        new RunEvent.RunStarted(RUN),
        new RunEvent.TaskReady(RUN, "build"),
        new RunEvent.TaskAssigned(ATTEMPT, EXECUTOR));
    followers = new Followers(bus, "readers", 4);
    tail = new LogTail(bus, runs, () -> now);
    stored = archive.stored();
    logs = new TaskLogs(bus, runs, tail, followers, stored);
    tail.start();
  }

  private Instant now() {
    return now;
  }

  /** The replica that serves logs is another one from now on. */
  synchronized void restart() {
    tail.close();
    stored.close();
    followers = new Followers(bus, "readers", 4);
    tail = new LogTail(bus, runs, () -> now);
    stored = archive.stored();
    logs = new TaskLogs(bus, runs, tail, followers, stored);
    tail.start();
  }

  synchronized TaskLogs logs() {
    return logs;
  }

  synchronized void passes(Duration time) {
    now = now.plus(time);
  }

  void claimed() {
    runs.happened(now, new RunEvent.TaskClaimed(ATTEMPT, EXECUTOR));
  }

  void stepStarted(int step) {
    runs.happened(now, new RunEvent.StepStarted(ATTEMPT, step));
  }

  void stepFinished(int step, long first, long last, long bytes) {
    runs.happened(
        now,
        new RunEvent.StepFinished(
            ATTEMPT, step, StepStatus.success, 0, new LogRange(partition, first, last, bytes)));
  }

  void taskFinished(TaskOutcome outcome) {
    runs.happened(
        now,
        new RunEvent.TaskFinished(
            ATTEMPT,
            outcome,
            outcome == TaskOutcome.success ? TaskStatus.success : TaskStatus.failed,
            ""));
  }

  /** Writes a chunk of the claimed attempt; tells its offset. */
  long chunk(int step, long position, byte[] bytes) {
    return append(new LogChunk(ATTEMPT, "now", step, position, false, bytes));
  }

  long append(LogChunk chunk) {
    return append(LogChunk.write(chunk));
  }

  long append(byte[] value) {
    return appender
        .append(LogTail.partition(partition), RUN.toString(), value)
        .toCompletableFuture()
        .join()
        .offset();
  }

  /** A step that has written "one two" and is finished, an hour after the beginning. */
  void writeOneTwo() {
    passes(Duration.ofHours(1));
    claimed();
    stepStarted(0);
    long first = chunk(0, 0, bytes("one "));
    long last = chunk(0, 4, bytes("two"));
    stepFinished(0, first, last, 7);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Deletes from Kafka what is archived. */
  void trim() {
    TopicPartition of = LogTail.partition(partition);
    long to = archive.position(partition);
    if (to > bus.extent(of).toCompletableFuture().join().start()) {
      bus.trim(of, to).toCompletableFuture().join();
    }
  }

  LogQuery all(long from, boolean follow) {
    return all(new LogPart.Bytes(from, Long.MAX_VALUE), follow);
  }

  LogQuery all(LogPart part, boolean follow) {
    return new LogQuery(RUN, "build", null, null, part, follow);
  }

  LogQuery step(int step, long from, boolean follow) {
    return step(step, new LogPart.Bytes(from, Long.MAX_VALUE), follow);
  }

  LogQuery step(int step, LogPart part, boolean follow) {
    return new LogQuery(RUN, "build", null, step, part, follow);
  }

  /** What the reader gets, to the end. */
  String read(LogQuery query) throws Exception {
    var got = new StringBuilder();
    var viewer = new TextSink(got);
    logs().open(query).writeTo(viewer);
    return got.toString();
  }

  /** Why it cannot be read. */
  Problem refused(LogQuery query) throws Exception {
    try {
      throw new AssertionError("was read: " + read(query));
    } catch (ProblemException e) {
      return e.problem();
    }
  }

  @Override
  public void close() {
    tail.close();
    followers.close();
    stored.close();
    archive.close();
    bus.close();
  }
}
