package dev.millrace.scheduler;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.traces.MemoryTraces;
import dev.millrace.traces.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop on a bus in memory, turned by hand. */
final class SchedulerLoopTest {
  private static final int PARTITIONS = 4;
  private static final RunId RUN = new RunId(RootGroup.parse("project/p"), 1);
  private static final AttemptRef ATTEMPT = new AttemptRef(RUN, "a", 1);
  private static final ExecutorRef EX = new ExecutorRef(new ExecutorId("ex"), "1");
  private static final ExecutorRef NEXT = new ExecutorRef(new ExecutorId("ex"), "2");

  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  private final Timing timing = new Timing(() -> Instant.ofEpochSecond(0, nanos.get()), nanos::get);
  private final MemoryTopics topics =
      new MemoryTopics(timing.wall())
          .create(Topics.RUN_COMMANDS.name(), PARTITIONS)
          .create(Topics.RUN_EVENTS.name(), PARTITIONS)
          .create(Topics.EXECUTOR_STATUS.name(), PARTITIONS);
  private final MemoryBus bus = new MemoryBus(topics);
  private final WrittenLedger ledger = new WrittenLedger();
  private final MemoryTraces traces = new MemoryTraces();
  private final AtomicLong made = new AtomicLong();
  private @Nullable SchedulerLoop loop;
  private long read;

  private SchedulerLoop loop() {
    SchedulerLoop there = loop;
    if (there == null) {
      there =
          new SchedulerLoop(
              bus,
              ledger,
              new CommandPublisher<>(bus, Ledgers.RUNS, "test"),
              timing,
              () -> "c" + made.incrementAndGet(),
              Patience.DEFAULT,
              traces);
      loop = there;
    }
    return there;
  }

  @BeforeEach
  void begin() throws Exception {
    loop().step();
  }

  @AfterEach
  void close() {
    loop().close();
    bus.close();
  }

  @Test
  void commandsGoToThePartitionOfTheirRootGroupInTheirOrder() throws Exception {
    say(status(EX));
    ledger.write(created());

    assertThat(commands()).containsExactly(new StartRun(RUN), new AssignTask(ATTEMPT, EX));
  }

  @Test
  void commandsSayWhoSentThemAndWhenAndThatNobodyWaits() throws Exception {
    ledger.write(created());
    loop().step();
    Command<RunCommand> command = Ledgers.RUNS.commandCodec().read(records().getFirst().value());

    assertThat(command.actor()).isEqualTo(Actor.system("scheduler"));
    assertThat(command.made()).isEqualTo(timing.wall().instant());
    assertThat(command.waited()).isFalse();
    assertThat(command.id().value()).isEqualTo("c1");
  }

  @Test
  void whatItAsksForIsASpanThatBeginsWhenTheReasonWasSeen() throws Exception {
    ledger.write(created());
    Instant seen = timing.wall().instant();
    nanos.addAndGet(Duration.ofMillis(30).toNanos());
    loop().step();

    RunTrace trace = RunTrace.of(RUN);
    assertThat(traces.spans()).extracting(Span::name).containsExactly("ask start-run");
    Span span = traces.spans().getFirst();
    assertThat(span.trace()).isEqualTo(trace.id());
    assertThat(span.parent()).isEqualTo(trace.whole());
    assertThat(span.start()).isEqualTo(seen);
    assertThat(span.end()).isEqualTo(seen.plusMillis(30));
    assertThat(span.attributes())
        .containsEntry("millrace.command", "c1")
        .containsEntry("millrace.run", RUN.toString());
  }

  @Test
  void aLoopThatBeginsLaterGoesOnWhereTheLedgerStands() throws Exception {
    loop().close();
    ledger.write(created());
    loop = null;

    assertThat(commands()).containsExactly(new StartRun(RUN));
  }

  @Test
  void anExecutorThatFallsSilentIsLost() throws Exception {
    running();

    assertThat(after(11)).isEmpty();
    assertThat(after(2)).containsExactly(new DeclareLost(ATTEMPT, EX));
  }

  @Test
  void anExecutorThatIsHeardIsNotLost() throws Exception {
    running();
    for (int i = 0; i < 20; i++) {
      say(status(EX, ATTEMPT));
      assertThat(after(1)).isEmpty();
    }
  }

  @Test
  void whatWasSaidButNotReadSavesAnExecutor() throws Exception {
    running();
    for (int i = 0; i < 130; i++) { // its signs of life come, but nobody reads them
      if (i % 10 == 0) {
        append(status(EX, ATTEMPT));
      }
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
      loop().work(Duration.ZERO);
    }
    assertThat(records()).isEmpty();
    loop().step();

    assertThat(after(11)).isEmpty();
  }

  @Test
  void aLoopThatStoodStillGivesExecutorsTheirFullTime() throws Exception {
    running();
    assertThat(after(11)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());

    assertThat(after(11)).isEmpty();
    assertThat(after(2)).containsExactly(new DeclareLost(ATTEMPT, EX));
  }

  @Test
  void whatWasSaidBeforeTheLoopBeganIsNoSignOfLifeButTellsWhoFollowedWhom() throws Exception {
    running();
    loop().close();
    loop = null;
    append(status(EX));
    append(status(NEXT));

    assertThat(commands()).containsExactly(new DeclareLost(ATTEMPT, EX));
    ledger.write(
        new RunEvent.RunCreated(new RunId(RUN.root(), 2), spec("other")),
        new RunEvent.RunStarted(new RunId(RUN.root(), 2)),
        new RunEvent.TaskReady(new RunId(RUN.root(), 2), "a"));
    assertThat(commands()).isEmpty();
    say(status(NEXT));
    assertThat(commands())
        .containsExactly(new AssignTask(new AttemptRef(new RunId(RUN.root(), 2), "a", 1), NEXT));
  }

  @Test
  void whatIsNoStatusIsPassedOver() throws Exception {
    try (var appender = bus.appender("junk")) {
      for (int p = 0; p < PARTITIONS; p++) {
        appender.append(
            new TopicPartition(Topics.EXECUTOR_STATUS.name(), p), "ex", new byte[] {'{'});
      }
    }
    say(status(EX));
    ledger.write(created());

    assertThat(commands()).containsExactly(new StartRun(RUN), new AssignTask(ATTEMPT, EX));
  }

  @Test
  void aStatusTopicThatWasTrimmedIsReadFromWhereItIsNow() throws Exception {
    append(status(EX));
    append(status(EX));
    topics.trim(new TopicPartition(Topics.EXECUTOR_STATUS.name(), partition("ex")), 2);
    loop().step();
    loop().step();
    say(status(EX));
    ledger.write(created());

    assertThat(commands()).containsExactly(new StartRun(RUN), new AssignTask(ATTEMPT, EX));
  }

  private void running() throws Exception {
    say(status(EX));
    ledger.write(
        created(),
        new RunEvent.RunStarted(RUN),
        new RunEvent.TaskReady(RUN, "a"),
        new RunEvent.TaskAssigned(ATTEMPT, EX),
        new RunEvent.TaskClaimed(ATTEMPT, EX));
    assertThat(commands()).isEmpty();
  }

  /** Turns the loop for so many seconds, and tells what it sent. */
  private List<RunCommand> after(int seconds) throws Exception {
    List<RunCommand> all = new ArrayList<>();
    for (int i = 0; i < seconds * 2; i++) {
      nanos.addAndGet(Duration.ofMillis(500).toNanos());
      all.addAll(commands());
    }
    return all;
  }

  private List<RunCommand> commands() throws Exception {
    loop().step();
    loop().step();
    return records().stream()
        .map(record -> Ledgers.RUNS.commandCodec().read(record.value()).body())
        .toList();
  }

  private List<LogRecord> records() {
    var partition = new TopicPartition(Topics.RUN_COMMANDS.name(), partition("project/p"));
    try (var follower = bus.follower("test")) {
      follower.assign(partition, read);
      List<LogRecord> records = follower.poll(Duration.ZERO);
      read += records.size();
      return records;
    }
  }

  private static int partition(String key) {
    return Partitions.of(key, PARTITIONS);
  }

  private void say(ExecutorStatus status) throws Exception {
    append(status);
    loop().step();
  }

  private void append(ExecutorStatus status) {
    try (var appender = bus.appender("executor")) {
      appender.append(
          new TopicPartition(Topics.EXECUTOR_STATUS.name(), partition("ex")),
          "ex",
          Json.write(status));
    }
  }

  private static ExecutorStatus status(ExecutorRef ref, AttemptRef... attempts) {
    return new ExecutorStatus(
        ref,
        EPOCH,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        1,
        List.of(attempts),
        "",
        "",
        Map.of(),
        List.of(),
        false);
  }

  private static RunEvent created() {
    return new RunEvent.RunCreated(RUN, spec("ci"));
  }

  private static RunSpec spec(String name) {
    var task = new TaskSpec("a", List.of(), Map.of(), null, null, false, false, false, List.of());
    return new RunSpec(
        name, "/project/p/branch/main", Map.of(), List.of(), Map.of(), Map.of(), List.of(task));
  }

  /** A ledger whose only partition with anything in it is written by the test. */
  private static final class WrittenLedger implements LedgerView<Runs, RunEvent> {
    private final int partition = partition("project/p");
    private final List<Listener<Runs, RunEvent>> listeners = new ArrayList<>();
    private Runs runs = Runs.EMPTY;
    private long n;

    void write(RunEvent... events) {
      Runs before = runs;
      for (RunEvent event : events) {
        runs = RunEvolve.evolve(runs, EPOCH, event);
      }
      var decision =
          new Decided<>(
              "t",
              ++n,
              (Cause) new Cause.OfTick("test", EPOCH),
              EPOCH,
              Outcome.accepted(),
              List.of(events));
      listeners.forEach(listener -> listener.accepted(partition, n, decision, before, runs));
    }

    @Override
    public int partitions() {
      return PARTITIONS;
    }

    @Override
    public Runs state(int asked) {
      return asked == partition ? runs : Runs.EMPTY;
    }

    @Override
    public long n(int asked) {
      return asked == partition ? n : 0;
    }

    @Override
    public long position(int asked) {
      return n(asked);
    }

    @Override
    public boolean isAccepted(int asked, long offset) {
      return true;
    }

    @Override
    public Subscription subscribe(Listener<Runs, RunEvent> listener) {
      for (int p = 0; p < PARTITIONS; p++) {
        listener.folding(p, n(p), state(p));
      }
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }
  }
}
