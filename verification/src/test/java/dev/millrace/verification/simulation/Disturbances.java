package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import java.util.List;

/** Does to processes, machines and disks what the seed says. */
final class Disturbances {
  private final World world;
  private final Chaos chaos;
  private final boolean losesPower;

  Disturbances(World world) {
    this.world = world;
    this.chaos = world.chaos;
    this.losesPower = chaos.chance(world.mutation.odds().powerLosses());
  }

  void step() {
    world.processes().forEach(SimulatedProcess::disturb);
    world.replicas.forEach(this::disturb);
    if (chaos.strikes(Fault.ALL_WRITERS_PAUSE)) {
      int steps = 60 + chaos.upTo(80);
      world.replicas.forEach(each -> each.pausedFor = steps);
    }
    world.schedulers.forEach(this::disturb);
    for (GatewayProcess gateway : world.gateways) {
      if (chaos.strikes(Fault.GATEWAY_RESTARTS)) {
        gateway.die();
      }
      if (chaos.strikes(Fault.GATEWAY_PAUSES)) {
        gateway.pausedFor = 5 + chaos.upTo(76);
      }
    }
    world.dataManagers.forEach(this::disturb);
    world.executors.forEach(this::disturb);
    if (chaos.strikes(Fault.EVERYTHING_DIES)) {
      world.processes().forEach(SimulatedProcess::die);
    }
    if (chaos.strikes(Fault.SIGNS_OF_LIFE_LOST)) {
      loseSigns();
    }
    if (losesPower && chaos.chance(0.03)) {
      losePower();
    }
  }

  private void disturb(Replica replica) {
    if (replica.alive && chaos.strikes(Fault.CRASH)) {
      count("crash in ", replica);
      replica.die();
    }
    if (chaos.strikes(Fault.CRASH_IN_AN_OPERATION)) {
      count("crash in an operation from ", replica);
      replica.bus.dieAfter(chaos.upTo(6));
    }
    if (chaos.strikes(Fault.PAUSE)) {
      count("pause in ", replica);
      replica.pausedFor = 5 + chaos.upTo(76);
    }
  }

  private void count(String what, Replica replica) {
    for (int p = 0; p < World.PARTITIONS; p++) {
      chaos.tally.count(what + replica.authority.stage(p));
    }
  }

  private void disturb(SchedulerProcess scheduler) {
    if (chaos.strikes(Fault.SCHEDULER_RESTARTS)) {
      scheduler.die();
    }
    if (chaos.strikes(Fault.SCHEDULER_PAUSES)) {
      scheduler.pausedFor = 5 + chaos.upTo(160);
    }
    // What was said meanwhile may be gone when it wakes up: nobody flushes signs of life.
    if (scheduler.pausedFor == 1 && chaos.strikes(Fault.SIGNS_OF_LIFE_LOST, 0.5)) {
      loseSigns();
    }
  }

  private void disturb(DataManagerProcess manager) {
    if (chaos.strikes(Fault.DATAMANAGER_DIES)) {
      manager.die();
    }
    if (chaos.strikes(Fault.DATAMANAGER_DIES_IN_AN_OPERATION)) {
      manager.bus.dieAfter(chaos.upTo(40));
    }
    if (chaos.strikes(Fault.DATAMANAGER_PAUSES)) {
      manager.pausedFor = 5 + chaos.upTo(76);
    }
  }

  private void disturb(ExecutorProcess executor) {
    if (chaos.strikes(Fault.EXECUTOR_RESTARTS)) {
      executor.die();
    }
    if (executor.turns < 12 && chaos.strikes(Fault.EXECUTOR_DIES_AT_ONCE)) {
      executor.die();
    }
    if (chaos.strikes(Fault.AGENT_STOPPED_WHILE_STEPS_RUN)) {
      executor.pausedFor = 20 + chaos.upTo(140);
    }
    if (executor.alive && chaos.strikes(Fault.MACHINE_SUSPENDED)) {
      executor.machine.suspendedFor = 20 + chaos.upTo(140);
      executor.pausedFor = executor.machine.suspendedFor;
    }
  }

  // Not while somebody is behind in reading them for another reason: then nobody could tell that
  // an executor lives, which is not promised.
  private void loseSigns() {
    if (world.broker.signsReadLateUntil > world.broker.time.nanos()) {
      return;
    }
    World.trace(world.broker, "signs of life are lost");
    for (int p = 0; p < World.PARTITIONS; p++) {
      SimulatedLog log = log(Topics.EXECUTOR_STATUS, p);
      long end = log.extent().end();
      log.cut(Math.max(0, end - 1 - chaos.upTo(15)));
    }
  }

  // What was in no disk yet is lost; what comes grows over it again.
  private void losePower() {
    int p = chaos.upTo(World.PARTITIONS);
    switch (chaos.upTo(8)) {
      case 0, 1, 2 -> cutCommands(Fault.COMMANDS_TAIL_LOST, p, tail(Topics.RUN_COMMANDS, p));
      case 3 -> all(each -> cutCommands(Fault.COMMANDS_MADE_ANEW, each, 0));
      case 4, 5 -> cutLedger(Fault.LEDGER_TAIL_LOST, p, tail(Topics.RUN_EVENTS, p));
      case 6 -> all(each -> cutLedger(Fault.LEDGER_MADE_ANEW, each, 0));
      default -> {
        chaos.tally.count(Fault.COUNT_RAISED);
        world.oracles.abandon();
        for (Topic topic : List.of(Topics.RUN_COMMANDS, Topics.RUN_EVENTS)) {
          world.broker.raise(topic.name(), World.PARTITIONS + 1);
        }
      }
    }
  }

  private void all(java.util.function.IntConsumer what) {
    for (int p = 0; p < World.PARTITIONS; p++) {
      what.accept(p);
    }
  }

  private long tail(Topic topic, int p) {
    return Math.max(0, log(topic, p).extent().end() - 1 - chaos.upTo(5));
  }

  private void cutCommands(Fault fault, int p, long to) {
    SimulatedLog log = log(Topics.RUN_COMMANDS, p);
    if (log.extent().end() > to) {
      chaos.tally.count(fault);
      World.trace(world.broker, "%s: %s to %d", fault, log.partition, to);
      log.cut(to);
      world.oracles.commandsCut(p, to);
    }
  }

  private void cutLedger(Fault fault, int p, long to) {
    SimulatedLog log = log(Topics.RUN_EVENTS, p);
    if (log.extent().end() > to) {
      chaos.tally.count(fault);
      World.trace(world.broker, "%s: %s to %d", fault, log.partition, to);
      // Some are in the midst of a step, and have read what was there.
      world.readers().forEach(ReadingProcess::check);
      log.cut(to);
      world.oracles.ledgerCut(p);
      // Who had read what was lost must stop by itself, before it says anything.
      for (ReadingProcess reader : world.readers()) {
        if (reader.checkpoint(p).offset() >= to) {
          chaos.tally.count(Fault.LEDGER_REGROWN);
        }
      }
    }
  }

  private SimulatedLog log(Topic topic, int p) {
    return world.broker.log(new TopicPartition(topic.name(), p));
  }
}
