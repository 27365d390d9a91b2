package dev.millrace.runservice.stored;

import dev.millrace.events.RunId;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunCounts;
import dev.millrace.storage.index.RunFilter;
import java.util.Collection;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds runs that have ended a while ago. Any thread; calls block. */
public interface StoredList {
  /** The newest that are wanted, after the place if there is one. */
  List<Listed> list(RunFilter filter, @Nullable Place after, int limit);

  /**
   * What was counted.
   *
   * @param upTo of each partition, before which offset all runs that had ended are counted
   */
  record Counted(RunCounts counts, IntToLongFunction upTo) {}

  /**
   * How many are wanted; looks at each of them.
   *
   * @param except these are not counted, whether they are found here or not
   */
  Counted counts(RunFilter filter, Collection<RunId> except);

  /** Before which offset of the partition all runs that had ended are found here. */
  long indexed(int partition);
}
