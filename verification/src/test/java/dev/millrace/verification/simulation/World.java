package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything of one seed. */
final class World {
  static final int PARTITIONS = 4;
  static final int STEPS = 320;
  static final LedgerSettings SETTINGS = settings(Integer.MAX_VALUE);
  static final int REPLICAS = 3;
  private static final int MOST_WAITING = 2;
  private static final boolean TRACE = Boolean.getBoolean("simulation.trace");

  final Chaos chaos;
  final SimulatedBroker broker;
  final Builds builds;
  final Decoded decoded = new Decoded();
  final Oracles oracles;
  final Checkpoints checkpoints;
  final Storage storage;
  final StoredOracle stored;
  final SimulatedCoordination coordination;
  final Mutation mutation;
  final List<Machine> machines = new ArrayList<>();
  final List<Replica> replicas = new ArrayList<>();
  final List<SchedulerProcess> schedulers = new ArrayList<>();
  final List<GatewayProcess> gateways = new ArrayList<>();
  final List<ExecutorProcess> executors = new ArrayList<>();
  final List<DataManagerProcess> dataManagers = new ArrayList<>();

  /** Whether this seed looks at what a run service shows of runs that have ended. */
  final boolean viewed;

  final Clients clients;

  /** The steps that have been run, of all attempts. */
  final Set<String> begun = new HashSet<>();

  /** Seen where an exception would not come through. */
  @Nullable Violation seen;

  private final Disturbances disturbances;
  private int lives;
  private int steps;
  private int waiting;
  private long ids;

  World(Chaos chaos, Mutation mutation) {
    this.chaos = chaos;
    this.mutation = mutation;
    broker = new SimulatedBroker(chaos, new VirtualTime());
    for (var topic : Topics.all()) {
      broker.create(topic.name(), PARTITIONS);
    }
    builds = new Builds(chaos.chance(mutation.odds().upgrades()));
    oracles = new Oracles(broker, builds.newest(), decoded);
    storage = new Storage(this);
    stored = new StoredOracle(this);
    checkpoints = new Checkpoints(this);
    viewed = chaos.chance(mutation.odds().views());
    coordination = new SimulatedCoordination(broker, PARTITIONS, REPLICAS);
    clients = new Clients(this);
    disturbances = new Disturbances(this);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(new Replica(this, i, lives++));
    }
    for (int i = 0; i < (chaos.strikes(Fault.TWO_SCHEDULERS) ? 2 : 1); i++) {
      schedulers.add(new SchedulerProcess(this, i, lives++));
    }
    for (int i = 0; i < (chaos.strikes(Fault.TWO_GATEWAYS) ? 2 : 1); i++) {
      gateways.add(new GatewayProcess(this, i, lives++));
    }
    for (int i = 0; i < (chaos.strikes(Fault.TWO_DATAMANAGERS) ? 2 : 1); i++) {
      dataManagers.add(new DataManagerProcess(this, i, lives++));
    }
    for (int i = 0; i < 2; i++) {
      machines.add(new Machine(this, "executor-" + i));
      executors.add(new ExecutorProcess(this, machines.get(i), lives++));
    }
  }

  /** Runs a seed to its end, or to the first violation. */
  static Tally run(long seed, Mutation mutation) {
    var world = new World(new Chaos(seed, mutation.odds().faults()), mutation);
    try {
      while (world.steps < STEPS) {
        world.step();
      }
      new Healing(world).run();
      return world.chaos.tally;
    } finally {
      world.replicas.forEach(SimulatedProcess::die);
      world.storage.close();
    }
  }

  static LedgerSettings settings(int language) {
    return new LedgerSettings(
        6,
        8,
        10,
        50,
        6_000,
        20_000,
        Duration.ofSeconds(5),
        Duration.ofMillis(100),
        Duration.ofMinutes(5),
        3,
        language);
  }

  String id() {
    return "i" + ids++;
  }

  void step() {
    steps++;
    broker.time.advance(
        Duration.ofMillis(chaos.chance(0.01) ? 500 + chaos.upTo(5_500) : 1 + chaos.upTo(50)));
    broker.step();
    machines.forEach(Machine::step);
    coordination.step();
    clients.step();
    storage.step();
    builds.step(this);
    disturbances.step();
    turn(0.55);
  }

  /** All others go on while a call of this one takes its time; it may be dead after that. */
  void meanwhile(SimulatedProcess one, int count) {
    if (waiting < MOST_WAITING) {
      waiting++;
      for (int i = 0; i < count && one.alive; i++) {
        step();
      }
      waiting--;
    }
    if (!one.alive) {
      throw new ProcessDeath();
    }
  }

  /** Processes take their turns, and those that died are started again. */
  void turn(double chance) {
    for (SimulatedProcess process : processes()) {
      if (chaos.chance(chance * pace(process))) {
        process.turn();
      }
    }
    if (seen != null) {
      throw seen;
    }
    revive(chaos.isOver() ? 1 : 0.06);
  }

  // Nobody waits for what is stored, and much is once all goes well.
  private double pace(SimulatedProcess process) {
    return chaos.isOver() && process instanceof DataManagerProcess ? 0.25 : 1;
  }

  List<SimulatedProcess> processes() {
    List<SimulatedProcess> all = new ArrayList<>(readers());
    all.addAll(executors);
    return all;
  }

  List<ReadingProcess> readers() {
    List<ReadingProcess> all = new ArrayList<>(replicas);
    all.addAll(schedulers);
    all.addAll(gateways);
    all.addAll(dataManagers);
    return all;
  }

  private void revive(double chance) {
    if (broker.partitions(Topics.RUN_EVENTS.name()) != PARTITIONS) {
      return; // a server does not start with another count
    }
    for (int i = 0; i < replicas.size(); i++) {
      if (isDue(replicas.get(i), chance)) {
        replicas.set(i, new Replica(this, i, lives++));
      }
    }
    for (int i = 0; i < schedulers.size(); i++) {
      if (isDue(schedulers.get(i), chance)) {
        schedulers.set(i, new SchedulerProcess(this, i, lives++));
      }
    }
    for (int i = 0; i < gateways.size(); i++) {
      if (isDue(gateways.get(i), chance)) {
        gateways.set(i, new GatewayProcess(this, i, lives++));
      }
    }
    for (int i = 0; i < dataManagers.size(); i++) {
      if (isDue(dataManagers.get(i), chance)) {
        dataManagers.set(i, new DataManagerProcess(this, i, lives++));
      }
    }
    for (int i = 0; i < executors.size(); i++) {
      Machine machine = machines.get(i);
      if (machine.suspendedFor == 0 && isDue(executors.get(i), chance * 2)) {
        executors.set(i, new ExecutorProcess(this, machine, lives++));
      }
    }
  }

  private boolean isDue(SimulatedProcess process, double chance) {
    return !process.alive && chaos.chance(chance);
  }

  static void trace(SimulatedBroker broker, LogRecord record) {
    if (TRACE) {
      trace(
          broker, "%s@%d %s", record.source(), record.offset(), new String(record.value(), UTF_8));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more library
  static void trace(SimulatedBroker broker, String what, Object... arguments) {
    if (TRACE) {
      System.out.println(
          broker.time.nanos() / 1_000_000 % 1_000_000 + " " + what.formatted(arguments));
    }
  }
}
