package dev.millrace.datamanager;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.entries.EntryFileInfo;
import java.util.List;

/** What a datamanager has stored, as only it sees it otherwise. */
public final class StoredByHand {
  /** Where the files of the archive are. */
  public static final String ARCHIVE = RunArchive.FOLDER;

  /** Where the files of checkpoints are. */
  public static final String CHECKPOINTS = LedgerCheckpoints.FOLDER;

  private StoredByHand() {}

  /** The files that count. */
  public static List<EntryFileInfo> files(RunArchive archive) {
    return archive.archive().files();
  }

  /** The checkpoints that are kept, the newest first. */
  public static List<Kept> kept(LedgerCheckpoints checkpoints) {
    return checkpoints.store().kept();
  }

  /** Up to where the partition is in a checkpoint: the offset after its last record. */
  public static long position(Kept kept, int partition) {
    return kept.positions().getOrDefault(LedgerCheckpoints.name(Ledgers.RUNS, partition), 0L);
  }

  /** A partition of a checkpoint. */
  public static Checkpoint<Runs> read(LedgerCheckpoints checkpoints, Kept kept, int partition) {
    return checkpoints.read(kept, Ledgers.RUNS, LedgerCheckpoints.name(Ledgers.RUNS, partition));
  }
}
