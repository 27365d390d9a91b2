package dev.millrace.verification.simulation;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import java.util.List;

/** Where processes begin to read: at any checkpoint that is kept, or at the first record. */
final class Checkpoints implements Starts<Runs> {
  private final World world;

  Checkpoints(World world) {
    this.world = world;
  }

  @Override
  public Checkpoint<Runs> start(int p) {
    Chaos chaos = world.chaos;
    List<Kept> kept =
        world.stored.kept().stream()
            .filter(each -> StoredByHand.position(each, p) > 0)
            .filter(each -> !chaos.isOver() || !isLost(each, p))
            .toList();
    boolean whole = log(p).extent().start() == 0;
    if (kept.isEmpty() || (whole && chaos.chance(0.4))) {
      return Checkpoint.empty(Runs.EMPTY);
    }
    List<Kept> lost = kept.stream().filter(each -> isLost(each, p)).toList();
    Kept chosen = chaos.pick(!lost.isEmpty() && chaos.chance(0.7) ? lost : kept);
    chaos.tally.count(
        lost.contains(chosen)
            ? Fault.STARTED_FROM_A_CHECKPOINT_OF_WHAT_WAS_LOST
            : Fault.STARTED_FROM_A_CHECKPOINT);
    return world.stored.read(chosen, p);
  }

  /** Whether the record that it ends with is not there any more. */
  private boolean isLost(Kept kept, int p) {
    Checkpoint<Runs> at = world.stored.read(kept, p);
    LogRecord last = log(p).records.get(at.offset());
    return last == null || PartitionOracle.checksum(last.value()) != at.checksum();
  }

  private SimulatedLog log(int p) {
    return world.broker.log(new TopicPartition(Topics.RUN_EVENTS.name(), p));
  }
}
