package dev.millrace.storage.checkpoints;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.manifests.Manifests;
import dev.millrace.storage.objects.ObjectStore;
import java.util.function.Supplier;

/** Checkpoints that are not kept as they should be. */
public final class BrokenCheckpoints {
  private BrokenCheckpoints() {}

  /** A store that adds a checkpoint also behind a newer one. */
  public static CheckpointStore thatGoBack(
      ObjectStore objects,
      CoordinationStore coordination,
      String name,
      Supplier<String> ids,
      int most) {
    var store =
        new CheckpointStore(objects, new Manifests(objects, coordination, name, ids), most) {
          @Override
          boolean follows(Kept next, Kept kept) {
            return true;
          }
        };
    store.refresh();
    return store;
  }
}
