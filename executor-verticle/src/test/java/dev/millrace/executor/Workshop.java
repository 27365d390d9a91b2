package dev.millrace.executor;

import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.executor.drivers.DummyDriver;
import dev.millrace.traces.MemoryTraces;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** An executor on a bus in memory, with the dummy driver and a clock that a test moves. */
final class Workshop {
  static final ExecutorId EXECUTOR = new ExecutorId("e");
  private static final int PARTITIONS = 4;

  final FaultyBus bus;
  final List<Throwable> broken = new ArrayList<>();
  final MemoryTraces traces = new MemoryTraces();
  final List<String> claimKeys = new ArrayList<>();
  private final Map<AttemptRef, CompletableFuture<ClaimedTask>> claims = new LinkedHashMap<>();
  final ExecutorLoop loop;
  private final MemoryBus plain;
  private final PriorityQueue<Sleeper> sleepers =
      new PriorityQueue<>((a, b) -> a.until.compareTo(b.until));
  private Duration now = Duration.ofHours(1);
  private int ids;
  private int lives;

  private record Sleeper(Duration until, CompletableFuture<Void> stage) {}

  Workshop(int slots) {
    this(slots, driver -> driver, (_, _) -> FaultyBus.Fault.NONE);
  }

  /** One with another driver, and with faults from the beginning. */
  Workshop(
      int slots,
      UnaryOperator<Driver> driver,
      BiFunction<TopicPartition, byte[], FaultyBus.Fault> faults) {
    var topics = new MemoryTopics(() -> Instant.EPOCH.plus(now));
    Topics.all().forEach(topic -> topics.create(topic.name(), PARTITIONS));
    plain = new MemoryBus(topics);
    bus = new FaultyBus(new MemoryBus(topics));
    bus.faults(faults);
    loop =
        new ExecutorLoop(
            bus,
            ExecutorSettings.of(EXECUTOR, slots, URI.create("http://h/git")),
            driver.apply(new DummyDriver(this::after)),
            this::claim,
            new Timing(() -> Instant.EPOCH.plus(now), () -> now.toNanos()),
            () -> now,
            () -> ExecutorRef.incarnation(++lives, "x"),
            () -> "id" + ++ids,
            traces,
            broken::add);
    settle();
  }

  /** Lets the executor do all that there is to do. */
  void settle() {
    turn(30);
  }

  private void turn(int times) {
    try {
      for (int i = 0; i < times; i++) {
        loop.step();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Time passes in pieces of 20 ms, and the executor does what is due. */
  void pass(Duration time) {
    Duration end = now.plus(time);
    while (now.compareTo(end) < 0) {
      jump(Duration.ofMillis(20));
      turn(5);
    }
  }

  /** Time passes while the executor does nothing. */
  void jump(Duration time) {
    now = now.plus(time);
    while (!sleepers.isEmpty() && sleepers.peek().until.compareTo(now) <= 0) {
      sleepers.remove().stage.complete(null);
    }
  }

  private CompletionStage<Void> after(Duration time) {
    var stage = new CompletableFuture<Void>();
    sleepers.add(new Sleeper(now.plus(time), stage));
    return stage;
  }

  private CompletionStage<ClaimedTask> claim(AttemptRef attempt, ExecutorRef executor, String key) {
    claimKeys.add(key);
    var answer = new CompletableFuture<ClaimedTask>();
    claims.put(attempt, answer);
    return answer;
  }

  /** The incarnation that gave the last sign of life. */
  ExecutorRef self() {
    return statuses().getLast().executor();
  }

  void assign(AttemptRef attempt) {
    tell(new Assignment(Assignment.Kind.start, attempt, self(), 0, 1, null));
  }

  void stop(AttemptRef attempt) {
    tell(new Assignment(Assignment.Kind.stop, attempt, self(), 0, 2, "the run is stopping"));
  }

  void tell(Assignment assignment) {
    String key = assignment.executor().id().value();
    try (var appender = plain.appender("test")) {
      appender
          .append(
              new TopicPartition(Topics.ASSIGNMENTS.name(), Partitions.of(key, PARTITIONS)),
              key,
              Json.write(assignment))
          .toCompletableFuture()
          .join();
    }
    settle();
  }

  void accept(AttemptRef attempt, Map<String, String> environment, int steps) {
    var all = new ArrayList<Step>();
    for (int i = 0; i < steps; i++) {
      all.add(new Step.Run("s" + i, "true", Map.of(), null, null));
    }
    claimed(attempt)
        .complete(
            new ClaimedTask(
                attempt,
                new TaskSpec(
                    attempt.task(), List.of(), Map.of(), null, null, false, false, false, all),
                environment,
                "token"));
    settle();
  }

  /** The answer to the last claim of the attempt, to be given. */
  CompletableFuture<ClaimedTask> claimed(AttemptRef attempt) {
    return Objects.requireNonNull(claims.get(attempt), "there was no claim");
  }

  /** Where the output of the last step that was reported lies. */
  LogRange log(AttemptRef attempt) {
    return Objects.requireNonNull(reports(attempt).getLast().steps().getLast().log(), "no log");
  }

  List<ExecutorStatus> statuses() {
    return all(Topics.EXECUTOR_STATUS).stream()
        .map(record -> Json.read(record.value(), ExecutorStatus.class))
        .toList();
  }

  List<RunCommand> commands() {
    return all(Topics.RUN_COMMANDS).stream()
        .map(record -> Ledgers.RUNS.commandCodec().read(record.value()).body())
        .toList();
  }

  /** Reports of an attempt. */
  List<ReportTask> reports(AttemptRef attempt) {
    return commands().stream()
        .filter(ReportTask.class::isInstance)
        .map(ReportTask.class::cast)
        .filter(report -> report.attempt().equals(attempt))
        .toList();
  }

  List<LogChunk> chunks() {
    return all(Topics.TASK_LOGS).stream().map(record -> LogChunk.read(record.value())).toList();
  }

  List<LogRecord> all(Topics.Topic topic) {
    var records = new ArrayList<LogRecord>();
    try (Follower follower = plain.follower("test")) {
      for (int p = 0; p < PARTITIONS; p++) {
        follower.assign(new TopicPartition(topic.name(), p), 0);
      }
      for (var more = follower.poll(Duration.ZERO);
          !more.isEmpty();
          more = follower.poll(Duration.ZERO)) {
        records.addAll(more);
      }
    }
    return records;
  }

  static AttemptRef attempt(int run) {
    return new AttemptRef(RunId.parse("project/p/" + run), "build", 1);
  }
}
