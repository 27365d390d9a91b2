package dev.millrace.storage.index;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs are wanted: those of which everything that is said here is true. Empty sets and nulls
 * say nothing.
 *
 * @param groups paths of groups: runs of one of these, or of a group beneath it
 * @param text words that are beginnings of words of name, branch or author, each of them; at most
 *     32 of them, else {@link IllegalArgumentException}
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

  private static final int MOST_WORDS = 32;

  public RunFilter {
    groups = Set.copyOf(groups);
    phases = Set.copyOf(phases);
    results = Set.copyOf(results);
    if (text != null) {
      checkText(text);
    }
  }

  /** Returns it if it can be looked for. */
  public static String checkText(String text) {
    int words = RunDocument.words(text).size();
    if (words > MOST_WORDS) {
      throw new IllegalArgumentException(
          "at most %d words can be looked for, not %d".formatted(MOST_WORDS, words));
    }
    return text;
  }

  /** Whether the run is wanted: what the index finds, told of a run that is not in it. */
  public boolean matches(IndexedRun run) {
    return (groups.isEmpty() || groups.stream().anyMatch(group -> isWithin(run.group(), group)))
        && (phases.isEmpty() || phases.contains(run.phase()))
        && (results.isEmpty() || results.contains(run.result()))
        && (name == null || name.equals(run.name()))
        && (branch == null || branch.equals(run.branch()))
        && (author == null || author.equals(run.author()))
        && (trigger == null || trigger.equals(run.trigger()))
        && (since == null || !run.createdAt().isBefore(since))
        && (until == null || run.createdAt().isBefore(until))
        && speaksOf(run);
  }

  private boolean speaksOf(IndexedRun run) {
    if (text == null) {
      return true;
    }
    List<String> all = RunDocument.words(run);
    return RunDocument.words(text).stream()
        .allMatch(word -> all.stream().anyMatch(one -> one.startsWith(word)));
  }

  /** Whether a group is this one, or beneath it. */
  public static boolean isWithin(String path, String above) {
    return path.equals(above) || path.startsWith(above + "/");
  }
}
