package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CheckpointCodec;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Runs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints, as far as they exist: folds of living readers, written some time after they were
 * taken, and what they allow to trim. They are read as they would be read from where they are
 * stored.
 */
final class Checkpoints {
  private static final int KEPT = 4;
  private static final CheckpointCodec<Runs> CODEC = new CheckpointCodec<>(Ledgers.RUNS);

  private final World world;
  private final List<List<Kept>> kept = new ArrayList<>();
  private final List<List<Kept>> ofFollowers = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();
  private int step;

  private record Taken(
      int partition, boolean forgets, Checkpoint<Runs> checkpoint, int writtenAt) {}

  /** One that is there; what it was taken of may have been lost since. */
  private static final class Kept {
    final Checkpoint<Runs> checkpoint;
    boolean lost;

    Kept(Checkpoint<Runs> checkpoint) {
      this.checkpoint = checkpoint;
    }
  }

  Checkpoints(World world) {
    this.world = world;
    for (int p = 0; p < World.PARTITIONS; p++) {
      kept.add(new ArrayList<>());
      ofFollowers.add(new ArrayList<>());
    }
  }

  void step() {
    step++;
    if (world.chaos.strikes(Fault.CHECKPOINT_TAKEN)) {
      take();
    }
    for (Taken each : List.copyOf(taken)) {
      if (each.writtenAt() <= step) {
        taken.remove(each);
        write(each);
      }
    }
  }

  private void take() {
    int p = world.chaos.upTo(World.PARTITIONS);
    ReadingProcess of = world.chaos.pick(world.readers());
    Checkpoint<Runs> checkpoint = world.mutation.checkpoint(of, p);
    if (of.alive && !of.isStopped(p) && !world.oracles.isCut(p) && checkpoint.offset() >= 0) {
      taken.add(new Taken(p, of.forgets, checkpoint, step + world.chaos.upTo(100)));
    }
  }

  private List<Kept> kept(int p, boolean forgets) {
    return (forgets ? ofFollowers : kept).get(p);
  }

  // The pointer only moves forward.
  private void write(Taken it) {
    int p = it.partition();
    Checkpoint<Runs> checkpoint = it.checkpoint();
    List<Kept> all = kept(p, it.forgets());
    if (world.oracles.isCut(p)) {
      return;
    }
    if (!all.isEmpty() && all.getLast().checkpoint.offset() >= checkpoint.offset()) {
      world.chaos.tally.count(Fault.CHECKPOINT_WRITTEN_BEHIND_A_NEWER_ONE);
      return;
    }
    all.add(new Kept(checkpoint));
    if (all.size() > KEPT) {
      all.removeFirst();
    }
    if (kept.get(p).size() > 1
        && ofFollowers.get(p).size() > 1
        && world.chaos.strikes(Fault.TRIMMED)) {
      trim(p, kept.get(p).getFirst().checkpoint, ofFollowers.get(p).getFirst().checkpoint);
    }
  }

  // By the oldest that are kept: their last record stays, and the last decided command of the one
  // by which commands are decided.
  private void trim(int p, Checkpoint<Runs> whole, Checkpoint<Runs> ofFollowers) {
    log(Topics.RUN_EVENTS, p).trim(Math.min(whole.offset(), ofFollowers.offset()));
    log(Topics.RUN_COMMANDS, p).trim(whole.fold().command());
  }

  /** What the ledger says from the offset on is lost. */
  void cut(int p, long to) {
    for (List<Kept> all : List.of(kept.get(p), ofFollowers.get(p))) {
      for (Kept each : all) {
        each.lost |= each.checkpoint.offset() >= to;
      }
    }
  }

  /** Where a process begins to read; null: at the beginning. */
  @Nullable Checkpoint<Runs> start(int p, boolean forgets) {
    List<Kept> usable =
        kept(p, forgets).stream().filter(each -> !each.lost || !world.chaos.isOver()).toList();
    boolean whole = log(Topics.RUN_EVENTS, p).extent().start() == 0;
    if (usable.isEmpty() || (whole && world.chaos.chance(0.4))) {
      return null;
    }
    List<Kept> lost = usable.stream().filter(each -> each.lost).toList();
    Kept chosen = world.chaos.pick(!lost.isEmpty() && world.chaos.chance(0.7) ? lost : usable);
    world.chaos.tally.count(
        chosen.lost
            ? Fault.STARTED_FROM_A_CHECKPOINT_OF_WHAT_WAS_LOST
            : Fault.STARTED_FROM_A_CHECKPOINT);
    return CODEC.read(CODEC.write(chosen.checkpoint).iterator());
  }

  private SimulatedLog log(Topics.Topic topic, int p) {
    return world.broker.log(new TopicPartition(topic.name(), p));
  }
}
