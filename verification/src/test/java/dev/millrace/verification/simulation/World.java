package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Everything of one seed. */
final class World {
  static final int PARTITIONS = 4;
  static final int STEPS = 320;
  static final LedgerSettings SETTINGS = Replica.bounded(6);
  private static final int REPLICAS = 3;
  private static final int HEALING = 4_000;
  private static final double POWER_LOSS = 0.08;

  final SimulatedBroker broker;
  final SimulatedCoordination coordination;
  final PartitionOracle[] oracles = new PartitionOracle[PARTITIONS];
  final List<Replica> replicas = new ArrayList<>();
  final List<SchedulerProcess> schedulers = new ArrayList<>();
  final List<ExecutorProcess> executors = new ArrayList<>();
  final Clients clients;
  final Mutation mutation;
  private final Chaos chaos;
  private final Set<Integer> cut = new HashSet<>();
  private final boolean losesPower;
  private int lives;
  private long ids;

  World(long seed, Mutation mutation) {
    this.mutation = mutation;
    chaos = new Chaos(seed);
    broker = new SimulatedBroker(chaos, new VirtualTime());
    for (var topic :
        List.of(
            Topics.RUN_COMMANDS,
            Topics.RUN_EVENTS,
            Topics.ASSIGNMENTS,
            Topics.EXECUTOR_STATUS,
            Topics.DEAD_LETTERS)) {
      broker.create(topic.name(), PARTITIONS);
    }
    for (int p = 0; p < PARTITIONS; p++) {
      oracles[p] = oracle(p);
    }
    broker.watch(this::landed);
    coordination = new SimulatedCoordination(broker, PARTITIONS, REPLICAS);
    losesPower = chaos.chance(POWER_LOSS);
    clients = new Clients(this);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(new Replica(this, i, lives++));
    }
    schedulers.add(new SchedulerProcess(this, lives++));
    if (chaos.strikes(Fault.TWO_SCHEDULERS)) {
      schedulers.add(new SchedulerProcess(this, lives++));
    }
    for (int i = 0; i < 2; i++) {
      executors.add(new ExecutorProcess(this, "executor-" + i, lives++));
    }
  }

  /** Runs a seed to its end, or to the first violation. */
  static Tally run(long seed, Mutation mutation) {
    var world = new World(seed, mutation);
    for (int i = 0; i < STEPS; i++) {
      world.step();
    }
    world.heal();
    return world.chaos.tally;
  }

  String id() {
    return "i" + ids++;
  }

  private PartitionOracle oracle(int partition) {
    return new PartitionOracle(
        broker.log(new TopicPartition(Topics.RUN_COMMANDS.name(), partition)),
        SETTINGS.remembered(),
        chaos);
  }

  /** Whether what was answered about the partition may be gone, as its ledger was cut. */
  boolean mayForget(int partition) {
    return cut.contains(partition);
  }

  private void step() {
    broker.time.advance(
        Duration.ofMillis(chaos.chance(0.01) ? 500 + chaos.upTo(5_500) : 1 + chaos.upTo(50)));
    broker.step();
    coordination.step();
    clients.step();
    disturb();
    turn(0.55);
  }

  private void turn(double chance) {
    for (SimulatedProcess process : processes()) {
      if (chaos.chance(chance)) {
        process.turn();
      }
    }
    revive(chaos.isOver() ? 1 : 0.06);
  }

  private List<SimulatedProcess> processes() {
    List<SimulatedProcess> all = new ArrayList<>(replicas);
    all.addAll(schedulers);
    all.addAll(executors);
    return all;
  }

  private void revive(double chance) {
    replicas.replaceAll(
        old -> old.alive || !chaos.chance(chance) ? old : new Replica(this, old.slot, lives++));
    schedulers.replaceAll(
        old -> old.alive || !chaos.chance(chance) ? old : new SchedulerProcess(this, lives++));
    executors.replaceAll(
        old ->
            old.alive || !chaos.chance(chance)
                ? old
                : new ExecutorProcess(this, old.ref.id().value(), lives++));
  }

  private void disturb() {
    for (Replica replica : replicas) {
      replica.disturbClock();
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
    for (SchedulerProcess scheduler : schedulers) {
      if (chaos.strikes(Fault.SCHEDULER_RESTARTS)) {
        scheduler.die();
      }
    }
    for (ExecutorProcess executor : executors) {
      if (chaos.strikes(Fault.EXECUTOR_RESTARTS)) {
        executor.die();
      }
      if (chaos.strikes(Fault.EXECUTOR_PAUSES)) {
        executor.pausedFor = 20 + chaos.upTo(100);
      }
    }
    if (losesPower && chaos.chance(0.02)) {
      losePower();
    }
  }

  private void count(String what, Replica replica) {
    for (int p = 0; p < PARTITIONS; p++) {
      chaos.tally.count(what + replica.authority.stage(p));
    }
  }

  // The tail of one log is lost, as it was in no disk yet; what comes grows over it again.
  private void losePower() {
    int p = chaos.upTo(PARTITIONS);
    boolean ledger = chaos.chance(0.5);
    var name = ledger ? Topics.RUN_EVENTS.name() : Topics.RUN_COMMANDS.name();
    SimulatedLog log = broker.log(new TopicPartition(name, p));
    long end = log.extent().end();
    if (end == 0) {
      return;
    }
    long to = Math.max(0, end - 1 - chaos.upTo(5));
    chaos.tally.count(ledger ? Fault.LEDGER_TAIL_LOST : Fault.COMMANDS_TAIL_LOST);
    cut.add(p);
    trace("cut %s to %d of %d", log.partition, to, end);
    log.cut(to);
    if (!ledger) {
      oracles[p].commandsCut(to);
    } else {
      PartitionOracle anew = oracle(p);
      log.records.values().forEach(anew::landed);
      oracles[p] = anew;
      // Who had read what was lost must stop by itself, before it says anything: see turn().
      for (Replica replica : replicas) {
        if (replica.authority.position(p) > to) {
          chaos.tally.count(Fault.LEDGER_REGROWN);
        }
      }
    }
  }

  private void landed(LogRecord record) {
    String topic = record.source().topic();
    if (topic.equals(Topics.RUN_EVENTS.name())) {
      trace("%s@%d %s", record.source(), record.offset(), new String(record.value(), UTF_8));
      oracles[record.source().partition()].landed(record);
    } else if (topic.equals(Topics.ASSIGNMENTS.name())) {
      told(Json.read(record.value(), Assignment.class));
    } else if (topic.equals(Topics.DEAD_LETTERS.name())) {
      var letter = Json.mapper().readTree(record.value());
      int p = letter.get("partition").intValue();
      if (!cut.contains(p)) {
        Long of = oracles[p].decisions.get(letter.get("n").longValue());
        Violation.unless(
            of != null && of == letter.get("offset").longValue(), "a dead letter of %s", letter);
        chaos.tally.count("dead letter");
      }
    }
  }

  private void told(Assignment told) {
    int p = Partitions.of(told.attempt().run().root().toString(), PARTITIONS);
    if (cut.contains(p)) {
      return;
    }
    PartitionOracle oracle = oracles[p];
    Violation.unless(told.partition() == p, "%s is of partition %d", told, p);
    Violation.unless(
        told.n() <= oracle.n
            && oracle.lanes.assigned.contains(Lanes.assignment(told.attempt(), told.executor())),
        "%s was told, but not decided",
        told);
    chaos.tally.count("assignment told");
  }

  /** No more faults: everything must come to its end in bounded time. */
  private void heal() {
    chaos.end();
    for (Replica replica : replicas) {
      if (!cut.isEmpty()) {
        replica.die();
      }
    }
    for (SchedulerProcess scheduler : schedulers) {
      if (!cut.isEmpty()) {
        scheduler.die();
      }
    }
    int holder = chaos.upTo(REPLICAS);
    coordination.settle(holder);
    for (int i = 0; i < HEALING; i++) {
      chaos.tally.count("healing step");
      broker.time.advance(Duration.ofMillis(50));
      for (SimulatedProcess process : processes()) {
        process.heal();
      }
      broker.step();
      clients.step();
      turn(1);
      if (i % 10 == 0 && isAtRest()) {
        return;
      }
    }
    for (Replica replica : replicas) {
      for (int p = 0; p < PARTITIONS; p++) {
        trace("%s/%d %s", replica.name, p, replica.authority.stage(p));
      }
    }
    throw new Violation("not at rest: " + unrest());
  }

  private boolean isAtRest() {
    return unrest().isEmpty();
  }

  private List<String> unrest() {
    List<String> found = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      if (cut.contains(p)) {
        continue;
      }
      if (!oracles[p].isAllDecided()) {
        found.add("commands of %d after %d".formatted(p, oracles[p].command));
      }
      Runs state = oracles[p].state;
      for (var id : state.active().values()) {
        Run run = state.run(id);
        if (run != null) {
          found.add("run %s is %s%s".formatted(id, run.phase(), run.frozen()));
        }
      }
    }
    if (cut.isEmpty() && !clients.isSatisfied()) {
      found.add(clients.waiting() + " wait for an answer");
    }
    return found;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more library
  private void trace(String what, Object... arguments) {
    if (Boolean.getBoolean("simulation.trace")) {
      System.out.println(
          broker.time.nanos() / 1_000_000 % 1_000_000 + " " + what.formatted(arguments));
    }
  }
}
