package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.BrokenPieces;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.util.HashSet;
import java.util.Set;

/**
 * One life of a process that folds the ledger of runs, from the beginning or from checkpoints: run
 * services all of it, followers what {@code up} lets them keep.
 */
abstract class ReadingProcess extends SimulatedProcess implements FaultHandler {
  final World world;
  final String slot;
  final int build;

  /** Whether it follows only, and forgets answers. */
  final boolean forgets;

  final BrokenPieces<Runs, RunCommand, RunEvent> pieces;
  private final Set<Integer> stopped = new HashSet<>();
  private final long[] checked = new long[World.PARTITIONS];
  private final boolean[] whole = new boolean[World.PARTITIONS];

  ReadingProcess(World world, String slot, int life, boolean forgets) {
    super(world.broker, slot + "-" + life);
    this.world = world;
    this.slot = slot;
    this.build = world.builds.of(slot);
    this.forgets = forgets;
    this.pieces = world.mutation.pieces(world.decoded);
    world.mutation.prepare(world, this);
  }

  final LedgerKind<Runs, RunCommand, RunEvent> kind() {
    return world.mutation.kind(world.builds.kind(build));
  }

  final LedgerSettings settings() {
    return forgets
        ? LedgerSettings.READER
        : world.mutation.settings(World.settings(world.builds.language()));
  }

  /** Where it begins to read, which is not compared before it has read on. */
  final Starts<Runs> noting(Starts<Runs> starts) {
    return p -> {
      Checkpoint<Runs> start = starts.start(p);
      if (p < checked.length) { // partitions that were added are not compared
        checked[p] = start.offset() + 1;
      }
      return start;
    };
  }

  /** What it has folded. */
  abstract Checkpoint<Runs> checkpoint(int partition);

  /** Whether it reads the partition no further. */
  final boolean isStopped(int partition) {
    return stopped.contains(partition);
  }

  /** Compares what was folded since the last time. */
  final void check() {
    for (int p = 0; p < checked.length; p++) {
      Checkpoint<Runs> at = checkpoint(p);
      if (at.offset() >= 0 && at.offset() + 1 != checked[p] && !stopped.contains(p)) {
        world.oracles.of(p).check(name + "/" + p, at, forgets, whole[p] ? checked[p] - 1 : -1);
        checked[p] = at.offset() + 1;
        whole[p] = true;
      }
    }
  }

  @Override
  public final void stopped(String ledger, int partition, String why) {
    stopped.add(partition);
    broker.chaos.tally.count("partition stopped");
    World.trace(broker, "%s/%d is stopped: %s", name, partition, why);
  }

  @Override
  public final void broken(String where, Throwable cause) {
    throw new Violation(where + ": " + cause);
  }
}
