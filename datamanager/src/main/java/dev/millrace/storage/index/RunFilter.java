package dev.millrace.storage.index;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs are wanted: those of which everything that is said here is true. Empty sets and nulls
 * say nothing.
 *
 * @param groups paths of groups: runs of one of these, or of a group beneath it
 * @param text words that are beginnings of words of name, branch or author, each of them
 * @param since created then or later
 * @param until created before
 */
public record RunFilter(
    Set<String> groups,
    Set<String> phases,
    Set<String> results,
    @Nullable String name,
    @Nullable String branch,
    @Nullable String author,
    @Nullable String trigger,
    @Nullable String text,
    @Nullable Instant since,
    @Nullable Instant until) {
  /** All runs. */
  public static final RunFilter ANY =
      new RunFilter(Set.of(), Set.of(), Set.of(), null, null, null, null, null, null, null);

  public RunFilter {
    groups = Set.copyOf(groups);
    phases = Set.copyOf(phases);
    results = Set.copyOf(results);
  }
}
