package dev.millrace.runservice.feed;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which offsets of a ledger partition hold accepted decisions. Nearly all do, so what is kept are
 * the ranges in between that do not: changes of writer and what was skipped.
 */
final class Gaps {
  private final TreeMap<Long, Long> ranges = new TreeMap<>();
  private long next;

  /**
   * Nothing known.
   *
   * @param first the first offset that will be told; earlier ones are counted as not accepted
   */
  Gaps(long first) {
    this.next = first;
    if (first > 0) {
      ranges.put(0L, first - 1);
    }
  }

  /** The decision at this offset was accepted; offsets rise. */
  void accepted(long offset) {
    if (offset > next) {
      ranges.put(next, offset - 1);
    }
    next = offset + 1;
  }

  /** Whether the record at the offset, which was told already, is an accepted decision. */
  boolean isAccepted(long offset) {
    Map.Entry<Long, Long> range = ranges.floorEntry(offset);
    return offset < next && (range == null || range.getValue() < offset);
  }

  /** The offset after the last that was told. */
  long next() {
    return next;
  }
}
