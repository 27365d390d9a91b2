package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.entries.EntryFileInfo;
import java.util.List;

/** What a datamanager has stored, as the simulation looks at it. */
final class StoredByHand {
  /** Where the files of the archive are. */
  static final String ARCHIVE = RunArchive.FOLDER;

  /** Where the files of checkpoints are. */
  static final String CHECKPOINTS = LedgerCheckpoints.FOLDER;

  private StoredByHand() {}

  /** The files that count. */
  static List<EntryFileInfo> files(RunArchive archive) {
    return archive.archive().files();
  }

  /** The checkpoints that are kept, the newest first. */
  static List<Kept> kept(LedgerCheckpoints checkpoints) {
    return checkpoints.store().kept();
  }

  /** Up to where the partition is in a checkpoint: the offset after its last record. */
  static long position(Kept kept, int partition) {
    return kept.positions().getOrDefault(LedgerCheckpoints.name(Ledgers.RUNS, partition), 0L);
  }

  /** A partition of a checkpoint. */
  static Checkpoint<Runs> read(LedgerCheckpoints checkpoints, Kept kept, int partition) {
    return checkpoints.read(kept, Ledgers.RUNS, LedgerCheckpoints.name(Ledgers.RUNS, partition));
  }
}
