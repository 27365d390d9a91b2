package dev.millrace.bus.ledger;

import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Which offsets of a ledger partition hold no accepted decision, but changes of writer and what was
 * skipped. Nearly all others do. Immutable.
 *
 * @param ranges from the first offset of each to its last
 */
public record Gaps(PSortedMap<Long, Long> ranges) {
  /** Nothing but decisions. */
  public static final Gaps NONE = new Gaps(TreePMap.empty());

  /**
   * With one more.
   *
   * @param before the last offset read before it; -1 if none was
   */
  Gaps with(long offset, long before) {
    var last = ranges.isEmpty() ? null : ranges.lastEntry();
    long from = last != null && last.getValue() == before ? last.getKey() : offset;
    return new Gaps(ranges.plus(from, offset));
  }

  /** Whether the record at this offset, which was read, is none that counts. */
  boolean has(long offset) {
    var range = ranges.floorEntry(offset);
    return range != null && range.getValue() >= offset;
  }
}
