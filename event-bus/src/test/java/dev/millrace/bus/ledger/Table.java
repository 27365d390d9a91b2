package dev.millrace.bus.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Counting.Counts;
import dev.millrace.bus.ledger.Counting.Event;
import dev.millrace.bus.ledger.Counting.Wish;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of one partition on a table: the history is laid down, instances take steps by hand, and
 * the clocks stand until they are moved.
 */
final class Table implements Coordination, FaultHandler {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final TopicPartition COMMANDS = new TopicPartition(Topics.CONFIG_COMMANDS.name(), 0);
  static final TopicPartition LEDGER = new TopicPartition(Topics.CONFIG_EVENTS.name(), 0);
  static final TopicPartition EFFECTS = new TopicPartition(Topics.ASSIGNMENTS.name(), 0);
  static final TopicPartition DEAD = new TopicPartition(Topics.DEAD_LETTERS.name(), 0);

  final Counting.CountingRules rules = new Counting.CountingRules();
  final List<String> stops = new ArrayList<>();
  final MemoryTopics topics = new MemoryTopics(this::brokerNow);
  private final Bus memory = new MemoryBus(topics);
  Instant now = NOON;
  Duration skew = Duration.ZERO;
  long epoch; // of the first partition
  String failing = "";

  /** Until it completes, no question about an end is answered; null: each is at once. */
  @Nullable CompletableFuture<Void> answers;

  LedgerKind<Counts, Wish, Event> kind = Counting.KIND;
  LedgerSettings settings = LedgerSettings.DEFAULT;
  private final Map<Integer, Long> otherEpochs = new HashMap<>();
  private long nanos;
  private int ids;

  Table() {
    this(1);
  }

  Table(int partitions) {
    for (var topic :
        List.of(
            Topics.CONFIG_COMMANDS,
            Topics.CONFIG_EVENTS,
            Topics.ASSIGNMENTS,
            Topics.DEAD_LETTERS)) {
      topics.create(topic.name(), partitions);
    }
  }

  private Instant brokerNow() {
    return now.plus(skew);
  }

  LedgerAuthority<Counts, Wish, Event> instance(String name) {
    return new LedgerAuthority<>(
        new LedgerAuthority.Ports<>(
            new FailingBus(),
            kind,
            rules,
            new Counting.Telling(),
            this,
            name,
            new Timing(() -> now, () -> nanos),
            () -> "term" + ++ids,
            this,
            Starts.first(kind)),
        settings);
  }

  /** A reader that goes on from a checkpoint. */
  LedgerFollower<Counts, Event> reader(Checkpoint<Counts> from) {
    return new LedgerFollower<>(
        new FailingBus(),
        kind,
        "reader",
        new Timing(() -> now, () -> nanos),
        settings,
        this,
        _ -> from);
  }

  /** An instance that had time to become the writer, if it can. */
  LedgerAuthority<Counts, Wish, Event> running(String name) {
    var instance = instance(name);
    steps(instance);
    return instance;
  }

  void steps(LedgerAuthority<?, ?, ?> instance) {
    for (int i = 0; i < 20; i++) {
      instance.step(Duration.ZERO);
    }
  }

  void later(Duration by) {
    now = now.plus(by);
    nanos += by.toNanos();
  }

  /** Lays a record on the ledger. */
  Table given(LedgerRecord<Event> record) {
    put(LEDGER, kind.eventCodec().write(record));
    return this;
  }

  static WriterChanged<Event> writer(long epoch, String term) {
    return new WriterChanged<>(epoch, term, "earlier-" + term, 1, 1);
  }

  static Decided<Event> counted(String term, long n, String what, int by) {
    return decided(term, n, new Cause.OfTick(what, NOON), List.of(new Event.Counted(what, by, "")));
  }

  static Decided<Event> decided(String term, long n, Cause cause, List<Event> events) {
    return new Decided<>(term, n, cause, NOON, new Outcome.Accepted(""), events);
  }

  static Command<Wish> wish(String id, String what, int by) {
    return wish(id, what, by, NOON);
  }

  static Command<Wish> wish(String id, String what, int by, Instant made) {
    return new Command<>(
        new CommandId(id), made, Actor.system("test"), true, null, new Wish.Count(what, by, ""));
  }

  /** Publishes a command. */
  long publish(Command<Wish> command) {
    return put(COMMANDS, kind.commandCodec().write(command));
  }

  long put(TopicPartition to, byte[] value) {
    try (var appender = memory.appender("table")) {
      return appender.append(to, "key", value).toCompletableFuture().join().offset();
    }
  }

  List<LedgerRecord<Event>> ledger() {
    return read(LEDGER).stream().map(r -> kind.eventCodec().read(r.value())).toList();
  }

  /** The decisions on commands, ticks and tries, in order. */
  List<Decided<Event>> decisions() {
    List<Decided<Event>> found = new ArrayList<>();
    for (LedgerRecord<Event> record : ledger()) {
      if (record instanceof Decided<Event> decided) {
        found.add(decided);
      }
    }
    return found;
  }

  Decided<Event> lastDecision() {
    return decisions().getLast();
  }

  List<String> texts(TopicPartition of) {
    return read(of).stream().map(r -> new String(r.value(), UTF_8)).toList();
  }

  private List<LogRecord> read(TopicPartition partition) {
    List<LogRecord> found = new ArrayList<>();
    try (var follower = memory.follower("table")) {
      follower.assign(partition, 0);
      List<LogRecord> more = follower.poll(Duration.ZERO);
      while (!more.isEmpty()) {
        found.addAll(more);
        more = follower.poll(Duration.ZERO);
      }
    }
    return found;
  }

  @Override
  public CompletionStage<Long> epoch(String ledger, int partition) {
    return CompletableFuture.completedStage(
        partition == 0 ? epoch : otherEpochs.getOrDefault(partition, 0L));
  }

  @Override
  public CompletionStage<Boolean> raiseEpoch(String ledger, int p, long expected, long next) {
    if (p > 0) {
      otherEpochs.put(p, next);
      return CompletableFuture.completedStage(true);
    }
    boolean raised = epoch == expected;
    epoch = raised ? next : epoch;
    return CompletableFuture.completedStage(raised);
  }

  @Override
  public boolean shouldWrite(String ledger, int partition) {
    return true;
  }

  @Override
  public void stopped(String ledger, int partition, String why) {
    stops.add(why);
  }

  @Override
  public void broken(String where, Throwable cause) {
    throw new AssertionError(where, cause);
  }

  /** What a broker that is behind tells of partitions. */
  final Map<TopicPartition, Extent> told = new HashMap<>();

  /** Appends to the topic that is failing fail. */
  private final class FailingBus extends ForwardingBus {
    FailingBus() {
      super(memory);
    }

    @Override
    protected Appender around(Appender real) {
      return new Appender() {
        @Override
        public CompletionStage<Appended> append(
            TopicPartition to, @Nullable String key, byte[] value) {
          return to.topic().equals(failing)
              ? CompletableFuture.failedStage(new BusException("failing", null))
              : real.append(to, key, value);
        }

        @Override
        public void close() {
          real.close();
        }
      };
    }

    @Override
    public CompletionStage<Extent> extent(TopicPartition partition) {
      CompletionStage<Extent> now = super.extent(partition);
      Extent behind = told.get(partition);
      if (behind != null) {
        return CompletableFuture.completedStage(behind);
      }
      return answers == null ? now : answers.thenCompose(_ -> now);
    }

    @Override
    public void close() {}
  }
}
