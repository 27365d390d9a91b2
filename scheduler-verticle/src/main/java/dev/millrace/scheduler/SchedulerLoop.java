package dev.millrace.scheduler;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.scheduler.Input.EndTaken;
import dev.millrace.scheduler.Input.EndUnknown;
import dev.millrace.scheduler.core.Action;
import dev.millrace.scheduler.core.Load;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.scheduler.core.Scheduler;
import dev.millrace.traces.Traces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what happens to the {@link Scheduler} and its commands to the bus. Either two threads turn
 * it ({@link SchedulerThreads}) or a test does, with {@link #step()}.
 */
public final class SchedulerLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SchedulerLoop.class);
  private static final Actor SELF = Actor.system("scheduler");
  private static final int BATCH = 1_000;
  private static final int ROOM = 65_536;
  private static final long LOOK = Duration.ofSeconds(1).toNanos();
  private static final long STALL = Duration.ofSeconds(1).toNanos();

  private final Bus bus;
  private final CommandPublisher<RunCommand> publisher;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final AskedSpans spans;
  private final Scheduler scheduler;
  private final StatusFeed feed;
  private final LedgerView.Subscription subscription;
  private final LinkedBlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final List<EndTaken> ends = new ArrayList<>();
  private long[] read = {};
  private long awaited;
  private long measured;
  private volatile Load load = Load.NONE;

  /**
   * A loop that begins to listen at once.
   *
   * @param runs the ledger, folded as far as it was when the scheduler was started: what it did not
   *     hear of then it would ask for again
   * @param publisher its partitions have to be the ledger's
   * @param timing whoever turns the loop does so at least once a second of it, or executors get
   *     their full time again
   * @param ids makes command ids, never one twice
   * @param traces take what is asked for
   */
  public SchedulerLoop(
      Bus bus,
      LedgerView<Runs, RunEvent> runs,
      CommandPublisher<RunCommand> publisher,
      Timing timing,
      Supplier<String> ids,
      Patience patience,
      Traces traces) {
    this.bus = bus;
    this.publisher = publisher;
    this.clock = timing.wall();
    this.nanos = timing.nanos();
    this.spans = new AskedSpans(traces, timing);
    this.scheduler = new Scheduler(runs.partitions(), patience, ids);
    this.feed = new StatusFeed(bus, inputs::add);
    this.awaited = nanos.getAsLong();
    this.measured = awaited;
    this.subscription = runs.subscribe(new Listening());
  }

  /** Does all that can be done without waiting. */
  public void step() throws InterruptedException {
    listen(Duration.ZERO);
    work(Duration.ZERO);
  }

  /** Reads what executors say; waits at most as long as told. One thread. */
  void listen(Duration wait) throws InterruptedException {
    feed.step(wait);
  }

  /** Takes in what has come; waits at most as long as told. One thread, another one. */
  void work(Duration wait) throws InterruptedException {
    long before = nanos.getAsLong();
    long patience = Math.max(0, Math.min(wait.toNanos(), scheduler.nextDue(before)));
    Input first = inputs.poll(patience, TimeUnit.NANOSECONDS);
    long now = nanos.getAsLong();
    if (now - awaited > STALL) {
      log.debug("stood still for {} ms", (now - awaited) / 1_000_000);
      scheduler.stalled(now);
    }
    if (first != null) {
      List<Input> batch = new ArrayList<>();
      batch.add(first);
      inputs.drainTo(batch, BATCH - 1);
      for (Input input : batch) {
        take(input, now);
      }
    }
    perform(scheduler.due(now), now);
    if (now - measured > LOOK) {
      measured = now;
      load = scheduler.load();
    }
    awaited = now + Math.max(0, Math.min(wait.toNanos(), scheduler.nextDue(now)));
  }

  /** How much there is to do, or was a moment ago. Any thread. */
  public Load load() {
    return load;
  }

  /** Ends listening; what was sent stays sent. Nobody turns the loop any more. */
  @Override
  public void close() {
    subscription.close();
    room.release(ROOM);
    feed.close();
    publisher.close();
  }

  void wakeup() {
    feed.wakeup();
    inputs.add(new Input.Nudge());
  }

  private void take(Input input, long now) {
    switch (input) {
      case Input.Standing i -> {
        room.release();
        perform(scheduler.folding(i.partition(), i.state(), now), i.seen());
      }
      case Input.Accepted i -> {
        room.release();
        perform(
            scheduler.accepted(i.partition(), i.decision(), i.before(), i.after(), now), i.seen());
      }
      case Input.Heard i -> hear(i, now);
      case EndTaken i -> {
        ends.add(i);
        settleEnds(now);
      }
      case EndUnknown i -> scheduler.unsure(i.executor(), i.doubt(), now);
      case Input.Unsent i -> scheduler.unsent(i.id(), now);
      case Input.Nudge _ -> {}
    }
  }

  private void hear(Input.Heard heard, long now) {
    if (heard.again()) {
      scheduler.stalled(now);
    }
    for (Input.Sign sign : heard.signs()) {
      perform(
          sign.live()
              ? scheduler.heard(sign.status(), now)
              : scheduler.remembered(sign.status(), now),
          now);
    }
    read = heard.positions();
    settleEnds(now);
  }

  private void settleEnds(long now) {
    for (EndTaken end : List.copyOf(ends)) {
      if (end.partition() < read.length && read[end.partition()] >= end.end()) {
        ends.remove(end);
        perform(scheduler.silent(end.executor(), end.doubt(), now), now);
      }
    }
  }

  /** {@code seen} is when their reason was. */
  private void perform(List<Action> actions, long seen) {
    for (Action action : actions) {
      switch (action) {
        case Action.Send send -> send(send, seen);
        case Action.LookForSigns look -> look(look);
      }
    }
  }

  private void send(Action.Send send, long seen) {
    var command = new Command<>(send.id(), clock.instant(), SELF, false, null, send.command());
    publisher
        .publish(command)
        .whenComplete(
            (_, failure) -> {
              spans.sent(command, seen, failure);
              if (failure != null) {
                log.warn("{} may not have been sent, will be looked at again", send, failure);
                inputs.add(new Input.Unsent(send.id()));
              }
            });
  }

  private void look(Action.LookForSigns look) {
    int count = bus.partitions(Topics.EXECUTOR_STATUS.name());
    int partition = Partitions.of(look.executor().id().value(), count);
    log.info("executor {} is silent", look.executor());
    bus.extent(StatusFeed.partition(partition))
        .whenComplete(
            (extent, failure) ->
                inputs.add(
                    failure == null
                        ? new EndTaken(look.executor(), look.doubt(), partition, extent.end())
                        : new EndUnknown(look.executor(), look.doubt())));
  }

  private final class Listening implements LedgerView.Listener<Runs, RunEvent> {
    @Override
    public void folding(int partition, long n, Runs state) {
      enqueue(new Input.Standing(partition, state, nanos.getAsLong()));
    }

    @Override
    public void accepted(
        int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
      enqueue(new Input.Accepted(partition, decision, before, after, nanos.getAsLong()));
    }

    // When the scheduler does not keep up, reading the ledger has to wait for it.
    private void enqueue(Input input) {
      room.acquireUninterruptibly();
      inputs.add(input);
    }
  }
}
