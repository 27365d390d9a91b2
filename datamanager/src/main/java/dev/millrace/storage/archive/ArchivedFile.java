package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import org.jspecify.annotations.Nullable;

/**
 * A file of an archive, and of which times its entries are, as {@link Change#at} has them.
 *
 * @param oldest null, as in what was written before there were times: they have none
 */
record ArchivedFile(EntryFileInfo info, @Nullable Long oldest, @Nullable Long newest) {

  /** Whether some entries are of times before. */
  boolean hasBefore(long horizon) {
    return oldest != null && oldest < horizon;
  }

  /** Whether all are. */
  boolean isBefore(long horizon) {
    return newest != null && newest < horizon;
  }
}
