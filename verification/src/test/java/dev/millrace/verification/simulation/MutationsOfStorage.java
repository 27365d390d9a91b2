package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Fold;
import dev.millrace.bus.ledger.Gaps;
import dev.millrace.datamanager.SteppedDataManager.Breach;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is stored, kept or deleted otherwise than it should be, in one place each. */
final class MutationsOfStorage {
  private MutationsOfStorage() {}

  /** What some run service has decided last, and perhaps not written; null if none has. */
  static @Nullable Fold<Runs> workingCopy(World world, int partition) {
    Fold<Runs> furthest = null;
    for (Replica each : world.replicas) {
      Fold<Runs> copy = each.pieces.workingCopy(partition);
      furthest = copy != null && (furthest == null || copy.n() > furthest.n()) ? copy : furthest;
    }
    return furthest;
  }

  /** A part of the datamanager is broken. */
  static final class OfDataManager extends Mutation {
    private final Breach breach;

    OfDataManager(Breach breach) {
      this.breach = breach;
    }

    @Override
    Breach breach() {
      return breach;
    }
  }

  /** Checkpoints are not all of a fold. */
  static final class CheckpointWith extends Mutation {
    private final UnaryOperator<Fold<Runs>> change;

    CheckpointWith(UnaryOperator<Fold<Runs>> change) {
      this.change = change;
    }

    @Override
    Checkpoint<Runs> checkpoint(World world, int partition, Checkpoint<Runs> whole) {
      return new Checkpoint<>(
          change.apply(whole.fold()), whole.offset(), whole.checksum(), whole.gaps());
    }
  }

  /** Checkpoints do not say which records were no decisions. */
  static final class CheckpointWithoutGaps extends Mutation {
    @Override
    Checkpoint<Runs> checkpoint(World world, int partition, Checkpoint<Runs> whole) {
      return new Checkpoint<>(whole.fold(), whole.offset(), whole.checksum(), Gaps.NONE);
    }
  }

  /** Checkpoints are taken of the working copy. */
  static final class CheckpointOfTheWorkingCopy extends Mutation {
    @Override
    Checkpoint<Runs> checkpoint(World world, int partition, Checkpoint<Runs> whole) {
      Fold<Runs> working = workingCopy(world, partition);
      return working == null
          ? whole
          : new Checkpoint<>(working, whole.offset(), whole.checksum(), whole.gaps());
    }
  }

  /** The pointer in the coordination store says which generation is the newest. */
  static final class PointerTrusted extends Mutation {
    @Override
    ObjectStore objects(Storage storage, SimulatedProcess process) {
      return new SimulatedObjects(storage, process) {
        @Override
        List<ObjectInfo> listed(List<ObjectInfo> all, String prefix) {
          if (!prefix.startsWith("manifests/")) {
            return all;
          }
          long newest = storage.keys.number(prefix.substring(0, prefix.length() - 1));
          return all.stream()
              .filter(each -> Long.parseLong(each.path().substring(prefix.length())) <= newest)
              .toList();
        }
      };
    }
  }

  /** Of two who write the same generation both do. */
  static final class GenerationWrittenTwice extends Mutation {
    @Override
    ObjectStore objects(Storage storage, SimulatedProcess process) {
      return new SimulatedObjects(storage, process) {
        @Override
        boolean addGeneration(
            ObjectStore to, String path, InputStream body, long size, Durability durability) {
          to.write(path, body, size, durability);
          return true;
        }
      };
    }
  }

  /** Runs that have ended leave memory before they are archived. */
  static final class ForgottenBeforeArchived extends Mutation {
    @Override
    void handedOver(RunFeed feed) {
      for (int p = 0; p < feed.partitions(); p++) {
        feed.forget(p, feed.next(p));
      }
    }

    @Override
    Odds odds() {
      return Odds.USUAL.withViews();
    }
  }
}
