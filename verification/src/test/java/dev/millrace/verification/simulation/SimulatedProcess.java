package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Timing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What all simulated processes have: a clock and a bus of their own, and an end. */
abstract class SimulatedProcess {
  final SimulatedBroker broker;
  final SimulatedBus bus;
  final String name;
  boolean alive = true;
  int pausedFor;
  int turns;
  private boolean inTurn;
  private Duration skew = Duration.ZERO;
  private @Nullable Instant standing;

  SimulatedProcess(SimulatedBroker broker, String name) {
    this.broker = broker;
    this.bus = SimulatedBus.ofProcess(broker);
    this.name = name;
  }

  Timing timing() {
    return new Timing(this::wall, broker.time::nanos);
  }

  private Instant wall() {
    return standing == null ? broker.time.now().plus(skew) : standing;
  }

  /** What may happen to any process. */
  void disturb() {
    Chaos chaos = broker.chaos;
    if (chaos.strikes(Fault.CLOCK_SKEW)) {
      skew = Duration.ofMillis(chaos.upTo(8_000) - 4_000);
    }
    if (chaos.strikes(Fault.CLOCK_FAR_AHEAD)) {
      skew = Duration.ofSeconds(5 + chaos.upTo(20));
    }
    if (chaos.strikes(Fault.CLOCK_STANDS_STILL)) {
      standing = standing == null ? wall() : null;
    }
    if (chaos.strikes(Fault.CUT_OFF_FROM_THE_BROKER)) {
      bus.cutOff(broker.time.nanos() + (500 + chaos.upTo(4_500)) * 1_000_000L);
    }
  }

  void heal() {
    skew = Duration.ZERO;
    standing = null;
    pausedFor = 0;
    bus.dieAfter(Integer.MAX_VALUE);
  }

  /** One step, if it is awake; tells whether it still lives. */
  final boolean turn() {
    if (!alive || inTurn) {
      return alive;
    }
    if (pausedFor > 0) {
      pausedFor--;
      return true;
    }
    turns++;
    inTurn = true;
    try {
      bus.deliver();
      step();
    } catch (ProcessDeath _) {
      die();
    } finally {
      inTurn = false;
    }
    return alive;
  }

  /** Whether it is in the midst of a step, and others go on meanwhile. */
  final boolean isInTurn() {
    return inTurn;
  }

  /** It cannot go on, and ends itself: somebody starts it again. */
  final void giveUp(RuntimeException why) {
    broker.chaos.tally.count("start failed");
    World.trace(broker, "%s ends: %s", name, why);
    die();
  }

  final void die() {
    if (alive) {
      alive = false;
      bus.die();
      died();
    }
  }

  /** It has died: what the system does then. */
  void died() {}

  abstract void step();
}
