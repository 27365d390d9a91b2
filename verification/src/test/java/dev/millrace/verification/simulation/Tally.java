package dev.millrace.verification.simulation;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened. */
public final class Tally {
  private final Map<String, Long> counts = new TreeMap<>();

  void count(Object what) {
    counts.merge(what.toString(), 1L, Long::sum);
  }

  synchronized void add(Tally other) {
    other.counts.forEach((what, n) -> counts.merge(what, n, Long::sum));
  }

  synchronized long of(Object what) {
    return counts.getOrDefault(what.toString(), 0L);
  }

  synchronized Map<String, Long> all() {
    return new TreeMap<>(counts);
  }
}
