package dev.millrace.datamanager.checkpoints;

import dev.millrace.storage.checkpoints.BrokenCheckpoints;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import java.util.function.Supplier;

/** Checkpoints of ledgers that are not kept as they should be. */
public final class BrokenLedgerCheckpoints {
  private BrokenLedgerCheckpoints() {}

  /** Those that add a checkpoint also behind a newer one. */
  public static LedgerCheckpoints thatGoBack(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    return new LedgerCheckpoints(
        BrokenCheckpoints.thatGoBack(
            objects, coordination, LedgerCheckpoints.MANIFEST, ids, LedgerCheckpoints.MOST));
  }
}
