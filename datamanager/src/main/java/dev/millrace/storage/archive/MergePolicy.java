package dev.millrace.storage.archive;

import java.util.List;
import java.util.OptionalInt;

/**
 * When files are merged: as soon as eight or more of the newest are together at least four times as
 * large as the largest of them. So whatever is written again is then in a file at least four times
 * as large, which bounds how often that happens, and files that stay grow at least by a third from
 * newer to older, which bounds how many there are. (Size-tiered compaction, as in Cassandra, with
 * the proportion as the rule instead of fixed tiers.)
 *
 * <p>Where so many files are too many, more are merged than that: those that cost the fewest bytes
 * for each file less.
 *
 * @param full the size from which on a file is left as it is, in bytes
 * @param most how many files there may be after merging, if so many are not full; from 2 on
 */
public record MergePolicy(long full, int most) {
  private static final int LEAST_FILES = 8;
  private static final int LEAST_GROWTH = 4;

  /** Any number of files may stay. */
  public static MergePolicy unbounded(long full) {
    return new MergePolicy(full, Integer.MAX_VALUE);
  }

  /**
   * From which file on all are merged; empty if none are.
   *
   * @param sizes of the files in bytes, from the oldest to the newest
   */
  OptionalInt mergedFrom(List<Long> sizes) {
    OptionalInt worthIt = worthIt(sizes);
    return worthIt.isPresent() || sizes.size() <= most ? worthIt : cheapest(sizes);
  }

  private OptionalInt worthIt(List<Long> sizes) {
    long sum = 0;
    long largest = 0;
    for (int first = sizes.size() - 1; first >= 0 && sizes.get(first) < full; first--) {
      sum += sizes.get(first);
      largest = Math.max(largest, sizes.get(first));
      if (sizes.size() - first >= LEAST_FILES && sum >= LEAST_GROWTH * largest) {
        return OptionalInt.of(first);
      }
    }
    return OptionalInt.empty();
  }

  private OptionalInt cheapest(List<Long> sizes) {
    OptionalInt best = OptionalInt.empty();
    double least = Double.MAX_VALUE;
    double sum = 0;
    for (int first = sizes.size() - 1; first >= 0 && sizes.get(first) < full; first--) {
      sum += sizes.get(first);
      int less = sizes.size() - first - 1;
      if (less > 0 && sum / less <= least) {
        least = sum / less;
        best = OptionalInt.of(first);
      }
    }
    return best;
  }
}
