package dev.millrace.gateway;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Delivery;
import dev.millrace.events.Json;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.Runs;
import dev.millrace.gateway.TriggerLane.Work;
import dev.millrace.gateway.core.Plan;
import dev.millrace.traces.Traces;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes runs of deliveries: each is planned and asked for in one command, the deliveries of a
 * project one after the other, those of different projects beside each other.
 *
 * <p>What is done already is in the fold of runs, nowhere else: a delivery is through once its
 * project's mark has reached it. Until then the same command is published again, under an id that
 * follows from the delivery, so nothing is lost and nothing happens twice. While no answer comes it
 * is published ever less often: a writer that is behind has to decide every repeat as well.
 *
 * <p>One thread calls {@link #step}. The view of runs has to be caught up before the first step.
 */
public final class TriggerConsumer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TriggerConsumer.class);
  private static final String TOPIC = Topics.INCOMING_DELIVERIES.name();
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final int MAX_DOUBLINGS = 4;
  private static final Duration PLAN_AGAIN = Duration.ofSeconds(1);
  private static final int MAX_PLANS = 5;
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_COMMAND = (1 << 20) - 1024;

  private final Ports ports;
  private final SeenDeliveries seen;
  private final int partitions;
  private final Follower follower;
  private final LongSupplier nanos;
  private final LedgerView.Subscription subscription;
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final Map<RootGroup, TriggerLane> lanes = new HashMap<>();
  private final Map<TopicPartition, Boolean> assigned = new HashMap<>();
  private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparing(Later::at));
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<RootGroup, Integer> waitingOf = new ConcurrentHashMap<>();
  private final AskedPushes asked;
  private boolean started;

  private record Later(long at, Runnable action) {}

  /**
   * What it works with.
   *
   * @param starts where it begins to read
   * @param planning calls the planner, on other threads or at once; bounds how many plans are made
   *     at the same time
   * @param traces take which runs a delivery led to
   */
  public record Ports(
      Bus bus,
      LedgerView<Runs, RunEvent> runs,
      CommandPublisher<RunCommand> commands,
      DeliveryStarts starts,
      DeliveryPlanner planner,
      Executor planning,
      Timing timing,
      Traces traces) {}

  /** Does nothing before its first step. */
  public TriggerConsumer(Ports ports, String name) {
    this(ports, new SeenDeliveries(ports.bus().partitions(TOPIC)), name);
  }

  TriggerConsumer(Ports ports, SeenDeliveries seen, String name) {
    this.ports = ports;
    this.seen = seen;
    this.partitions = ports.bus().partitions(TOPIC);
    this.follower = ports.bus().follower(name);
    this.nanos = ports.timing().nanos();
    this.asked = new AskedPushes(new Causes(ports.traces()));
    this.subscription = ports.runs().subscribe(new SettledListener(this));
  }

  /** How many deliveries are known here and not through. Any thread. */
  public int waiting() {
    return waiting.get();
  }

  /** How many of those are of one project. Any thread. */
  int waiting(RootGroup root) {
    return waitingOf.getOrDefault(root, 0);
  }

  /** Whether it knows of more deliveries than it can, so that it reads no others. Any thread. */
  boolean isFull() {
    return waiting.get() >= MAX_WAITING;
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  public void step(Duration wait) {
    if (!started) {
      started = true;
      for (int p = 0; p < partitions; p++) {
        begin(new TopicPartition(TOPIC, p));
      }
    }
    drain();
    if (!isFull()) {
      poll(shortened(wait));
    } else {
      awaitLetter(shortened(wait));
    }
    drain();
  }

  private void drain() {
    for (Runnable letter = mailbox.poll(); letter != null; letter = mailbox.poll()) {
      letter.run();
    }
    long now = nanos.getAsLong();
    while (!later.isEmpty() && later.peek().at() - now <= 0) {
      later.remove().action().run();
    }
  }

  private Duration shortened(Duration wait) {
    if (!mailbox.isEmpty()) {
      return Duration.ZERO;
    }
    long due = later.isEmpty() ? Long.MAX_VALUE : later.peek().at() - nanos.getAsLong();
    return due < wait.toNanos() ? Duration.ofNanos(Math.max(0, due)) : wait;
  }

  private void awaitLetter(Duration wait) {
    try {
      Runnable letter = mailbox.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (letter != null) {
        letter.run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** To be run on the thread of the steps. Any thread. */
  void post(Runnable letter) {
    mailbox.add(letter);
    follower.wakeup();
  }

  private void after(Duration delay, Runnable action) {
    later.add(new Later(nanos.getAsLong() + delay.toNanos(), action));
  }

  private void begin(TopicPartition partition) {
    DeliveryStarts.Start start;
    try {
      start = ports.starts().of(partition.partition());
    } catch (RuntimeException e) { // whatever the store says: without it nothing is known of refs
      log.warn("{} is not read yet: {}", partition, e.getMessage());
      after(AGAIN, () -> begin(partition));
      return;
    }
    seen.begin(start.refs());
    follow(partition, start.offset());
  }

  /** From that offset on; if it is not there (any more), from the first that is. */
  private void follow(TopicPartition partition, long offset) {
    ports
        .bus()
        .extent(partition)
        .whenComplete(
            (extent, failure) ->
                post(
                    () -> {
                      if (failure == null) {
                        follow(partition, offset, extent);
                      } else {
                        after(PLAN_AGAIN, () -> follow(partition, offset));
                      }
                    }));
  }

  private void follow(TopicPartition partition, long offset, Extent extent) {
    boolean there = offset >= extent.start() && offset <= extent.end();
    if (!there) {
      log.error("deliveries of {} from {} on are missing: it has {}", partition, offset, extent);
    }
    follower.assign(partition, there ? offset : extent.start());
    assigned.put(partition, true);
  }

  private void poll(Duration wait) {
    List<LogRecord> records;
    try {
      records = follower.poll(wait);
    } catch (OffsetOutOfRangeException e) {
      log.error("deliveries are missing: {}", e.getMessage());
      long position = follower.position(e.partition());
      follower.unassign(e.partition());
      assigned.remove(e.partition());
      follow(e.partition(), position);
      return;
    }
    records.forEach(this::read);
    for (TopicPartition partition : assigned.keySet()) {
      seen.reached(partition.partition(), follower.position(partition));
    }
  }

  private void read(LogRecord record) {
    Delivery delivery;
    try {
      delivery = Json.read(record.value(), Delivery.class);
    } catch (UnreadableException e) {
      log.error("{} at {} is no delivery: {}", record.source(), record.offset(), e.getMessage());
      return;
    }
    RootGroup root = RootGroup.of(delivery.project());
    if (!DeliveryLog.partition(root, partitions).equals(record.source())) {
      log.error("{} at {} is in the wrong partition", record.source(), record.offset());
      return;
    }
    boolean news = seen.apply(root, delivery);
    if (record.offset() > mark(root)) {
      TriggerLane lane = lanes.computeIfAbsent(root, TriggerLane::new);
      lane.add(new Work(root, record.offset(), delivery, news));
      wait(root, 1);
      advance(lane);
    }
  }

  private void wait(RootGroup root, int more) {
    waiting.addAndGet(more);
    waitingOf.compute(
        root,
        (_, known) -> {
          int now = (known == null ? 0 : known) + more;
          return now == 0 ? null : now;
        });
  }

  private long mark(RootGroup root) {
    int partition = DeliveryLog.partition(root, partitions).partition();
    return ports.runs().state(partition).root(root).lastDelivery();
  }

  private void advance(TriggerLane lane) {
    wait(lane.root(), -lane.settle(mark(lane.root())));
    if (lane.isEmpty()) {
      lanes.remove(lane.root());
      return;
    }
    Work next = lane.begin();
    if (next != null) {
      plan(next);
    }
  }

  private void plan(Work work) {
    if (!work.news()) {
      planned(work, Plan.none(work.delivery().ref() + " is there already"));
      return;
    }
    ports
        .planning()
        .execute(
            () -> {
              try {
                Plan plan = ports.planner().plan(work.delivery());
                post(() -> planned(work, plan));
              } catch (Exception | StackOverflowError e) {
                if (e instanceof InterruptedException) {
                  Thread.currentThread().interrupt();
                }
                post(() -> unplanned(work, e));
              }
            });
  }

  private void unplanned(Work work, Throwable failure) {
    log.warn("cannot plan {} of {}", work.delivery().ref(), work.root(), failure);
    work.failures++;
    if (work.failures >= MAX_PLANS) {
      planned(work, ports.planner().giveUp(work.delivery(), String.valueOf(failure.getMessage())));
    } else {
      after(PLAN_AGAIN.multipliedBy(work.failures), () -> plan(work));
    }
  }

  private void planned(Work work, Plan plan) {
    work.plan = plan;
    publish(work);
  }

  private void publish(Work work) {
    Plan plan = work.plan;
    if (plan == null || !isCurrent(work)) {
      return;
    }
    Instant now = ports.timing().wall().instant();
    asked.asked(work.root(), work.offset(), work.delivery(), now);
    var body = new CreateRuns(work.root(), work.offset(), plan.runs(), plan.reason());
    var command =
        new Command<RunCommand>(work.commandId(), now, Actor.system("trigger"), true, null, body);
    if (!plan.runs().isEmpty() && Ledgers.RUNS.commandCodec().write(command).length > MAX_COMMAND) {
      refuse(work, "the runs are larger than a command may be, 1 MiB");
      return;
    }
    ports
        .commands()
        .publish(command)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                log.warn("{} was not published: {}", work, failure.getMessage());
                post(() -> againSoon(work));
              }
            });
    publishAgain(work, AGAIN.multipliedBy(1L << work.unanswered));
    work.unanswered = Math.min(work.unanswered + 1, MAX_DOUBLINGS);
  }

  // That there is no answer yet says nothing of the writer.
  private void againSoon(Work work) {
    work.unanswered = 0;
    publishAgain(work, AGAIN);
  }

  // Of several times at which to publish a delivery again only the one that was set last counts.
  private void publishAgain(Work work, Duration later) {
    int turn = ++work.turn;
    after(
        later,
        () -> {
          if (work.turn == turn) {
            publish(work);
          }
        });
  }

  private boolean isCurrent(Work work) {
    TriggerLane lane = lanes.get(work.root());
    return lane != null && lane.current() == work;
  }

  private void refuse(Work work, String why) {
    if (work.plan != null && isCurrent(work)) {
      log.warn("{} was refused: {}", work, why);
      work.plan = work.plan.refused(why);
      work.refusals++;
      publish(work);
    }
  }

  /** A delivery is answered: its project's mark has moved. */
  void settled(DeliverySettled settled) {
    asked.settled(settled);
    settled(settled.root());
  }

  private void settled(RootGroup root) {
    TriggerLane lane = lanes.get(root);
    if (lane != null) {
      advance(lane);
    }
  }

  /** A command of ours was refused. */
  void rejected(CommandId id, Rejected why) {
    for (TriggerLane lane : lanes.values()) {
      Work work = lane.current();
      if (work != null && work.commandId().equals(id)) {
        switch (why.code()) {
          case STALE -> settled(work.root());
          case TRY_LATER, MAINTENANCE, NO_SPACE, EXPIRED, FROM_THE_FUTURE -> {
            work.refusals++;
            againSoon(work);
          }
          case INVALID,
              FORBIDDEN,
              NOT_FOUND,
              WRONG_STATE,
              ALREADY_EXISTS,
              CONFLICT,
              UNREADABLE,
              WRONG_PARTITION,
              TOO_LARGE,
              UNDECIDABLE ->
              refuse(work, why.message());
        }
        return;
      }
    }
  }

  /** All marks may have moved. */
  void settledAll() {
    List.copyOf(lanes.values()).forEach(this::advance);
  }

  /** Whether an outcome with this id may concern us. */
  static boolean ours(CommandId id, Outcome outcome) {
    return outcome instanceof Rejected && id.value().startsWith(Work.PREFIX);
  }

  @Override
  public void close() {
    subscription.close();
    follower.close();
  }
}
