package dev.millrace.datamanager.rebuild;

import java.util.List;

/**
 * A view as it is kept, and as it comes of what it is made of.
 *
 * @param name of the view
 * @param extent how much of it was compared, for people
 * @param kept digest of the canonical, sorted content that is there
 * @param rebuilt the same of what was made anew
 * @param differences the first of them, each in words; empty if the digests are equal
 */
public record ViewComparison(
    String name, String extent, String kept, String rebuilt, List<String> differences) {
  /** How many differences are named, at most. */
  public static final int NAMED = 10;

  public ViewComparison {
    differences = List.copyOf(differences);
  }

  /** Whether what is kept is what it has to be. */
  public boolean isEqual() {
    return kept.equals(rebuilt);
  }
}
