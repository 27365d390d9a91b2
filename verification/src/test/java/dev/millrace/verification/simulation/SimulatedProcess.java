package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Timing;
import java.time.Duration;

/** What all simulated processes have: a clock of their own, and an end. */
abstract class SimulatedProcess {
  final SimulatedBroker broker;
  final SimulatedBus bus;
  final String name;
  boolean alive = true;
  int pausedFor;
  private Duration skew = Duration.ZERO;
  private java.time.@org.jspecify.annotations.Nullable Instant standing;

  SimulatedProcess(SimulatedBroker broker, String name) {
    this.broker = broker;
    this.bus = new SimulatedBus(broker);
    this.name = name;
  }

  Timing timing() {
    return new Timing(this::wall, broker.time::nanos);
  }

  private java.time.Instant wall() {
    return standing == null ? broker.time.now().plus(skew) : standing;
  }

  void disturbClock() {
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
  }

  void heal() {
    skew = Duration.ZERO;
    standing = null;
    pausedFor = 0;
    bus.dieAfter(Integer.MAX_VALUE);
  }

  /** One step, if it is awake; tells whether it still lives. */
  final boolean turn() {
    if (!alive) {
      return false;
    }
    if (pausedFor > 0) {
      pausedFor--;
      return true;
    }
    try {
      step();
    } catch (ProcessDeath _) {
      die();
    }
    return alive;
  }

  final void die() {
    alive = false;
    bus.die();
  }

  abstract void step();
}
