package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.core.RunRules;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One life of a runservice. */
final class Replica extends SimulatedProcess implements FaultHandler {
  /** Commands with this in a run's name end the process that decides them. */
  static final String KILLER = "killer";

  final int slot;
  final LedgerAuthority<Runs, RunCommand, RunEvent> authority;
  final Set<Integer> stopped = new HashSet<>();
  private final PartitionOracle[] oracles;
  private final long[] checked;

  Replica(World world, int slot, int life) {
    super(world.broker, "replica-%d-%d".formatted(slot, life));
    this.slot = slot;
    this.oracles = world.oracles;
    this.checked = new long[oracles.length];
    world.mutation.prepare(world, this);
    var ports =
        new LedgerAuthority.Ports<>(
            bus,
            world.mutation.kind(),
            new Fatal(),
            world.mutation.effects(),
            world.coordination.of(slot),
            name,
            timing(),
            world.mutation.ids(world::id, name),
            this);
    authority = world.mutation.authority(ports, world.mutation.settings(World.SETTINGS));
  }

  @Override
  void step() {
    authority.step(Duration.ZERO);
    for (int p = 0; p < oracles.length; p++) {
      long position = authority.position(p);
      if (position != checked[p] && !stopped.contains(p)) {
        oracles[p].check(name + "/" + p, authority.checkpoint(p), checked[p] - 1);
        checked[p] = position;
      }
    }
  }

  static LedgerSettings bounded(int remembered) {
    return new LedgerSettings(
        remembered,
        8,
        10,
        50,
        6_000,
        20_000,
        Duration.ofSeconds(5),
        Duration.ofMillis(100),
        Duration.ofMinutes(5),
        3,
        Integer.MAX_VALUE);
  }

  @Override
  public void stopped(String ledger, int partition, String why) {
    stopped.add(partition);
    broker.chaos.tally.count("partition stopped");
    if (Boolean.getBoolean("simulation.trace")) {
      System.out.println(name + "/" + partition + " is stopped: " + why);
    }
  }

  @Override
  public void broken(String where, Throwable cause) {
    throw new Violation(where + ": " + cause);
  }

  /** The rules, but for commands that nobody survives. */
  private static final class Fatal implements Rules<Runs, RunCommand, RunEvent> {
    private final RunRules rules = new RunRules();

    @Override
    public Decision<RunEvent> decide(
        Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
      if (command.body() instanceof RunCommand.CreateRuns create
          && create.runs().stream().anyMatch(run -> run.name().equals(KILLER))) {
        throw new ProcessDeath();
      }
      return rules.decide(state, command, at, ids);
    }

    @Override
    public @Nullable Due nextDue(Runs state) {
      return rules.nextDue(state);
    }

    @Override
    public Decision<RunEvent> tick(Runs state, Due due, Instant at, Supplier<String> ids) {
      return rules.tick(state, due, at, ids);
    }
  }
}
