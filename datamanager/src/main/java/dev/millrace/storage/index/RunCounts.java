package dev.millrace.storage.index;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many runs there are of some.
 *
 * @param byPhase without those of which there are none
 * @param byResult the same
 */
public record RunCounts(
    long total, SortedMap<String, Long> byPhase, SortedMap<String, Long> byResult) {
  /** None. */
  public static final RunCounts NONE =
      new RunCounts(0, Collections.emptySortedMap(), Collections.emptySortedMap());

  public RunCounts {
    byPhase = Collections.unmodifiableSortedMap(new TreeMap<>(byPhase));
    byResult = Collections.unmodifiableSortedMap(new TreeMap<>(byResult));
  }

  /** Of one run. */
  public static RunCounts of(IndexedRun run) {
    return new RunCounts(
        1, new TreeMap<>(Map.of(run.phase(), 1L)), new TreeMap<>(Map.of(run.result(), 1L)));
  }

  /** Of these and others, which are none of these. */
  public RunCounts plus(RunCounts others) {
    return new RunCounts(
        total + others.total, sum(byPhase, others.byPhase), sum(byResult, others.byResult));
  }

  /** Of these without others, all of which are among these. */
  public RunCounts minus(RunCounts others) {
    return new RunCounts(
        total - others.total,
        difference(byPhase, others.byPhase),
        difference(byResult, others.byResult));
  }

  private static SortedMap<String, Long> difference(
      SortedMap<String, Long> from, SortedMap<String, Long> what) {
    SortedMap<String, Long> left = new TreeMap<>(from);
    what.forEach((name, count) -> left.merge(name, -count, Long::sum));
    left.values().removeIf(count -> count == 0);
    return left;
  }

  private static SortedMap<String, Long> sum(
      SortedMap<String, Long> one, SortedMap<String, Long> other) {
    SortedMap<String, Long> sum = new TreeMap<>(one);
    other.forEach((name, count) -> sum.merge(name, count, Long::sum));
    return sum;
  }
}
