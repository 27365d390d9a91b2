package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Coordination;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The coordination store: who should write, and the epochs given out. */
final class SimulatedCoordination {
  private final SimulatedBroker broker;
  private final int partitions;
  private final int instances;
  private final long[] epochs;
  private final int[] holders;
  private final Set<Integer>[] believers;
  private long[] backup;

  @SuppressWarnings({"unchecked", "rawtypes"})
  SimulatedCoordination(SimulatedBroker broker, int partitions, int instances) {
    this.broker = broker;
    this.partitions = partitions;
    this.instances = instances;
    this.epochs = new long[partitions];
    this.backup = new long[partitions];
    this.holders = new int[partitions];
    this.believers = new Set[partitions];
    for (int p = 0; p < partitions; p++) {
      holders[p] = broker.chaos.upTo(instances);
      believers[p] = new HashSet<>();
    }
  }

  /** Leases move, overlap, and the store is restored from a backup. */
  void step() {
    Chaos chaos = broker.chaos;
    for (int p = 0; p < partitions; p++) {
      if (chaos.strikes(Fault.WRITER_MOVES)) {
        holders[p] = chaos.upTo(instances);
        believers[p].clear();
      }
      if (chaos.strikes(Fault.TWO_BELIEVE_THEY_WRITE)) {
        believers[p].add(chaos.upTo(instances));
      }
      if (chaos.strikes(Fault.THREE_BELIEVE_THEY_WRITE)) {
        believers[p].addAll(Set.of(0, 1, 2));
      }
    }
    if (chaos.chance(0.02)) {
      backup = epochs.clone();
    }
    if (chaos.strikes(Fault.COORDINATION_RESTORED)) {
      System.arraycopy(backup, 0, epochs, 0, partitions);
    }
  }

  /** From now on exactly one should write. */
  void settle(int holder) {
    Arrays.fill(holders, holder);
    for (Set<Integer> each : believers) {
      each.clear();
    }
  }

  /** The store as one instance sees it. */
  Coordination of(int instance) {
    return new Coordination() {
      @Override
      public CompletionStage<Long> epoch(String ledger, int partition) {
        return broker.ask(Fault.COORDINATION_UNREACHABLE, () -> epochs[partition]);
      }

      @Override
      public CompletionStage<Boolean> raiseEpoch(
          String ledger, int partition, long expected, long epoch) {
        return broker.ask(
            Fault.COORDINATION_UNREACHABLE,
            () -> {
              if (epochs[partition] == expected) {
                epochs[partition] = epoch;
                return true;
              }
              return broker.chaos.strikes(Fault.EPOCH_GRANTED_TO_TWO);
            });
      }

      @Override
      public boolean shouldWrite(String ledger, int partition) {
        return holders[partition] == instance || believers[partition].contains(instance);
      }
    };
  }
}
