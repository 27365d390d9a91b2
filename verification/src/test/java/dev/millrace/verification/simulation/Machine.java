package dev.millrace.verification.simulation;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.executor.drivers.Uptime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The machine of one executor: the processes of its steps, which go on while their agent is stopped
 * and after it has died, and the watchdog that ends them at its deadline.
 */
final class Machine {
  static final int SLOTS = 3;

  final String executor;

  /** What its disk knows. */
  long lives;

  private final World world;
  private final List<StepProcess> running = new ArrayList<>();
  private @Nullable Duration deadline;
  int suspendedFor;
  private Duration awake = Duration.ZERO;
  private Duration stepped;
  private Uptime watchdog;

  /** A step that runs, or has run. */
  static final class StepProcess {
    final AttemptRef attempt;
    private final long begunAt;
    private final long endsAt;
    private final byte[] output;
    private final int exit;
    private long killedAt = Long.MAX_VALUE;
    private int produced;
    private boolean over;
    private int code;

    StepProcess(AttemptRef attempt, long begunAt, Duration takes, int exit, byte[] output) {
      this.attempt = attempt;
      this.begunAt = begunAt;
      this.endsAt = begunAt + takes.toNanos();
      this.exit = exit;
      this.output = output;
    }

    boolean over() {
      return over;
    }

    int code() {
      return code;
    }

    /** How much it has put out by now. */
    int produced() {
      return produced;
    }

    byte[] output() {
      return output;
    }

    /** It will be gone then, at the latest. */
    void killAt(long nanos) {
      killedAt = Math.min(killedAt, nanos);
    }

    private void end(int with) {
      over = true;
      code = with;
    }
  }

  Machine(World world, String executor) {
    this.world = world;
    this.executor = executor;
    this.stepped = world.broker.time.uptime();
    this.watchdog = world.broker.time::uptime;
  }

  /** A clock that stands still while the machine is suspended: not one to count leases by. */
  Uptime awake() {
    return () -> awake;
  }

  /** From now on the watchdog has another clock. */
  void watchBy(Uptime clock) {
    watchdog = clock;
  }

  /** Time has passed. */
  void step() {
    Duration passed = world.broker.time.uptime().minus(stepped);
    stepped = stepped.plus(passed);
    if (suspendedFor > 0) {
      suspendedFor--;
      return;
    }
    awake = awake.plus(passed);
    long now = world.broker.time.nanos();
    Duration until = deadline;
    boolean late = until != null && watchdog.now().compareTo(until) >= 0;
    if (late && !running.isEmpty()) {
      world.chaos.tally.count("steps ended by the watchdog");
    }
    for (StepProcess each : running) {
      if (late || each.killedAt <= now) {
        each.end(137);
      } else {
        goOn(each, now);
      }
    }
    running.removeIf(StepProcess::over);
  }

  /** A step begins, in a life of the agent; no exception of this would come through. */
  StepProcess tryBegin(
      String life, AttemptRef attempt, int step, Duration takes, int exit, byte[] out) {
    try {
      return begin(life, attempt, step, takes, exit, out);
    } catch (Violation e) {
      world.seen = e;
      throw e;
    }
  }

  private void goOn(StepProcess process, long now) {
    if (!world.oracles.isCut(process.attempt.run().root())) {
      Violation.unless(
          !world.oracles.of(process.attempt.run().root()).lanes.ended(process.attempt),
          "%s runs on %s, though it has ended",
          process.attempt,
          executor);
    }
    if (now >= process.endsAt) {
      process.produced = process.output.length;
      process.end(process.exit);
    } else {
      long share = (now - process.begunAt) * process.output.length;
      process.produced = (int) (share / (process.endsAt - process.begunAt));
    }
  }

  /** A step begins, in a life of the agent. */
  private StepProcess begin(
      String life, AttemptRef attempt, int step, Duration takes, int exit, byte[] out) {
    if (!world.oracles.isCut(attempt.run().root())) {
      Lanes lanes = world.oracles.of(attempt.run().root()).lanes;
      var claim = lanes.claim(attempt);
      Violation.unless(
          claim != null
              && claim.id().value().equals(executor)
              && claim.incarnation().contains("-" + life + "-"),
          "%s runs on %s, but was claimed by %s",
          attempt,
          life,
          claim);
      Violation.unless(!lanes.ended(attempt), "%s begins, though it has ended", attempt);
      Violation.unless(
          world.begun.add(attempt + " " + step), "step %d of %s runs again", step, attempt);
    }
    var process = new StepProcess(attempt, world.broker.time.nanos(), takes, exit, out);
    running.add(process);
    Violation.unless(
        running.stream().map(each -> each.attempt).distinct().count() <= SLOTS,
        "%s has more tasks than slots: %s",
        executor,
        running.stream().map(each -> Objects.toString(each.attempt)).toList());
    world.chaos.tally.count("step runs");
    return process;
  }

  /** An agent begins: what an earlier one left is ended before it does anything else. */
  void clear() {
    if (!running.isEmpty()) {
      world.chaos.tally.count("leftovers of an earlier life ended");
    }
    running.forEach(each -> each.end(137));
    running.clear();
    deadline = null;
  }

  void holdUntil(Duration uptime) {
    deadline = uptime;
  }
}
