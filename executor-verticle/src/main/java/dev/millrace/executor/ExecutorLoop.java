package dev.millrace.executor;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.executor.drivers.Uptime;
import dev.millrace.traces.Traces;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One executor: brings assignments to its present incarnation, keeps that one's lease, and begins
 * another one when the lease was lost. Either two threads turn it ({@link ExecutorThreads}) or a
 * test does, with {@link #step()}.
 */
public final class ExecutorLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorLoop.class);
  private static final Duration SOON = Duration.ofMillis(50);

  private final Bus bus;
  private final ExecutorSettings settings;
  private final Driver driver;
  private final Claims claims;
  private final Timing timing;
  private final Uptime uptime;
  private final Supplier<String> incarnations;
  private final Supplier<String> ids;
  private final Traces traces;
  private final Consumer<Throwable> broken;
  private final Inbox inbox;
  private final Channel signs;
  private final Channel commands;
  private final Channel logs;
  private final AssignmentFeed feed;
  private Incarnation current;
  private Heart heart;
  private boolean changing;
  private volatile int running;
  private boolean beatSoon;
  private @Nullable Runnable left;

  /**
   * An executor that has given no sign of life yet; blocks until it follows its assignments.
   *
   * @param driver has been started, so nothing of an earlier life runs any more; stays the caller's
   * @param uptime what leases are counted by
   * @param incarnations makes incarnations, each greater than all before; see {@link Incarnations}
   * @param ids makes command ids, never one twice
   * @param traces take what it does
   * @param broken hears of an error after which nobody can say what runs: the process should end
   */
  public ExecutorLoop(
      Bus bus,
      ExecutorSettings settings,
      Driver driver,
      Claims claims,
      Timing timing,
      Uptime uptime,
      Supplier<String> incarnations,
      Supplier<String> ids,
      Traces traces,
      Consumer<Throwable> broken) {
    this.bus = bus;
    this.settings = settings;
    this.driver = driver;
    this.claims = claims;
    this.timing = timing;
    this.uptime = uptime;
    this.incarnations = incarnations;
    this.ids = ids;
    this.traces = traces;
    this.broken = broken;
    this.inbox = new Inbox(timing.nanos());
    this.signs = new Channel(bus, "executor-status");
    this.commands = new Channel(bus, "executor-reports");
    this.logs = new Channel(bus, "executor-logs");
    this.feed = new AssignmentFeed(bus, settings.id(), given -> inbox.post(() -> assigned(given)));
    this.current = incarnation();
    this.heart = heart(current.self());
    inbox.post(this::beatOn);
  }

  /** Does all that can be done without waiting. */
  public void step() throws InterruptedException {
    listen(Duration.ZERO);
    work(Duration.ZERO);
  }

  /** Reads assignments; waits at most as long as told. One thread. */
  void listen(Duration wait) {
    feed.step(wait);
  }

  /** Does what is to be done; waits for it at most as long as told. One thread, another one. */
  void work(Duration wait) throws InterruptedException {
    inbox.work(wait, this::keepLease);
    checkLeft();
  }

  /**
   * Takes nothing more, and says once all that runs has ended by itself and been told.
   *
   * @param then called by the thread that turns the loop
   */
  public void retire(String why, Runnable then) {
    inbox.post(
        () -> {
          left = then;
          current.retire(why);
          beat();
        });
  }

  /**
   * Takes nothing more, stops what runs, and says once all of it has ended and been told.
   *
   * @param then called by the thread that turns the loop
   */
  public void leave(String why, Runnable then) {
    inbox.post(
        () -> {
          left = then;
          current.leave(why);
          beat();
        });
  }

  /** Ends listening and telling; nobody turns the loop any more. */
  @Override
  public void close() {
    feed.close();
    signs.close();
    commands.close();
    logs.close();
  }

  void wakeup() {
    feed.wakeup();
    inbox.post(() -> {});
  }

  private Incarnation incarnation() {
    return new Incarnation(
        new ExecutorRef(settings.id(), incarnations.get()),
        settings,
        driver,
        claims,
        timing.wall(),
        ids,
        inbox,
        commands,
        logs,
        bus.partitions(Ledgers.RUNS.commands().name()),
        bus.partitions(Topics.TASK_LOGS.name()),
        traces,
        this::changed);
  }

  private Heart heart(ExecutorRef self) {
    return new Heart(
        self,
        settings,
        List.of(driver.name()),
        signs,
        bus.partitions(Topics.EXECUTOR_STATUS.name()),
        timing.wall(),
        uptime,
        inbox,
        // The driver ends what runs by itself a little later, should this process hang.
        deadline -> driver.holdUntil(deadline.plus(settings.killTime().dividedBy(2))));
  }

  private void assigned(Assignment assignment) {
    if (assignment.executor().equals(current.self())) {
      heart.heard(); // nothing may run without a lease that ends
      keepLease();
    }
    if (!changing) {
      current.assigned(assignment);
    }
  }

  /** How many tasks have a slot, or had a moment ago. Any thread. */
  public int running() {
    return running;
  }

  private void beatOn() {
    beat();
    inbox.after(settings.heartbeat(), this::beatOn);
  }

  private void beat() {
    if (!changing) {
      var held = current.held();
      running = held.size();
      heart.beat(held, current.leaving());
    }
  }

  // A sign of life that told of a task that has ended since keeps its slot from being used.
  private void changed() {
    if (!beatSoon) {
      beatSoon = true;
      inbox.after(
          SOON,
          () -> {
            beatSoon = false;
            beat();
          });
    }
  }

  private void checkLeft() {
    Runnable then = left;
    if (then != null && current.isDone()) {
      left = null;
      then.run();
    }
  }

  // Before anything else: a step that ended after the deadline may have been ended by the driver.
  private void keepLease() {
    if (changing || !heart.over()) {
      return;
    }
    changing = true;
    LOG.warn("{} could not renew its lease in time: all of its tasks are ended", current.self());
    current
        .lose("executor %s could not renew its lease".formatted(settings.id()))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                inbox.post(this::beginAnew);
              } else {
                broken.accept(failure);
              }
            });
  }

  private void beginAnew() {
    boolean leaving = current.leaving() && left != null;
    current = incarnation();
    heart = heart(current.self());
    changing = false;
    LOG.info("goes on as {}", current.self());
    if (leaving) {
      current.retire("its executor is stopping"); // it has nothing that could be stopped
    }
    beat();
  }
}
