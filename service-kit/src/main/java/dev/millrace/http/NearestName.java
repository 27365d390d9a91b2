package dev.millrace.http;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody may have meant. */
final class NearestName {

  private NearestName() {}

  /** The known name with the fewest edits, if less than half of the letters are wrong. */
  static Optional<String> of(String wrong, Collection<String> known) {
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(name -> edits(wrong, name)))
        .filter(name -> 2 * edits(wrong, name) <= Math.max(wrong.length(), name.length()));
  }

  private static int edits(String a, String b) {
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(row[j - 1], last[j]) + 1);
      }
      last = row;
    }
    return last[b.length()];
  }
}
