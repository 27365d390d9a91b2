package dev.millrace.launcher.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of several instances writes which partition of a ledger. Everybody who knows of the same
 * instances comes to the same result, in which each has as many partitions as any other, or one
 * more or less; when one comes or goes, few others change hands (rendezvous hashing with bounded
 * loads).
 */
final class Shares {
  private Shares() {}

  /**
   * The instance of each partition, by its number; empty if there is no instance.
   *
   * @param candidates each once, in any order
   */
  static List<String> of(String ledger, int partitions, Collection<String> candidates) {
    List<String> shares = new ArrayList<>();
    if (candidates.isEmpty()) {
      return shares;
    }
    int most = (partitions + candidates.size() - 1) / candidates.size();
    Map<String, Integer> load = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      String subject = ledger + "/" + p + "/";
      String chosen =
          candidates.stream()
              .filter(candidate -> load.getOrDefault(candidate, 0) < most)
              .max(
                  Comparator.comparingLong((String candidate) -> weight(subject + candidate))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      load.merge(chosen, 1, Integer::sum);
      shares.add(chosen);
    }
    return shares;
  }

  /** FNV-1a with a final mix (that of SplitMix64): near texts come to far numbers. */
  private static long weight(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
