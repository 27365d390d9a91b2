package dev.millrace.runservice.stored;

import dev.millrace.datamanager.rebuild.ViewComparison;
import dev.millrace.datamanager.rebuild.ViewDigest;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.index.RunIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index of runs from the archive and compares it, row by row, with one that is there.
 * Nobody may have that open.
 */
public final class IndexRebuild {
  private static final int PAGE = 1_000;

  private final RunArchive archive;
  private final Path folder;
  private final Path made;
  private boolean whole;

  /** Puts the new one beside the folder until it is done with. */
  public IndexRebuild(RunArchive archive, Path folder) {
    this.archive = archive;
    this.folder = folder;
    this.made = folder.resolveSibling(folder.getFileName() + ".rebuilt");
  }

  /**
   * Makes the new one and compares.
   *
   * @param partitions of the ledger
   * @param excused whether a run has changed at these positions or later, by partition: the index
   *     that goes up to them need not know
   * @throws UncheckedIOException if the disk does not let it
   */
  public ViewComparison compare(
      int partitions, BiPredicate<Listed, SortedMap<Integer, Long>> excused) {
    remove(made);
    try (RunIndex rebuilt = RunIndex.open(made)) {
      whole = StoredRuns.fill(rebuilt, archive, partitions);
      if (!Files.isDirectory(folder)) {
        return new ViewComparison(
            "index", "it is filled at the next start", "", digest(rows(rebuilt, null)), List.of());
      }
      try (RunIndex kept = RunIndex.open(folder)) {
        return compare(kept, rebuilt, excused);
      } catch (UncheckedIOException e) {
        String why = String.valueOf(e.getMessage());
        return new ViewComparison(
            "index", "it is damaged", "", digest(rows(rebuilt, null)), List.of(why));
      }
    }
  }

  private ViewComparison compare(
      RunIndex kept, RunIndex rebuilt, BiPredicate<Listed, SortedMap<Integer, Long>> excused) {
    SortedMap<Integer, Long> upTo = new TreeMap<>();
    kept.positions().forEach((name, position) -> upTo.put(Integer.valueOf(name), position));
    Instant horizon = archive.horizon().orElse(Instant.MIN);
    var wanted =
        (Predicate<IndexedRun>)
            run ->
                !excused.test(Listed.of(run), upTo)
                    && (run.endedAt() == null || !run.endedAt().isBefore(horizon));
    List<String> differences = differences(rows(kept, wanted), rows(rebuilt, wanted));
    return new ViewComparison(
        "index",
        "%d runs".formatted(kept.size()),
        digest(rows(kept, wanted)),
        digest(rows(rebuilt, wanted)),
        differences);
  }

  private static List<String> differences(Rows kept, Rows rebuilt) {
    List<String> differences = new ArrayList<>();
    while (differences.size() < ViewComparison.NAMED && (kept.hasNext() || rebuilt.hasNext())) {
      int order =
          !kept.hasNext()
              ? 1
              : !rebuilt.hasNext()
                  ? -1
                  : Place.NEWEST_FIRST.compare(kept.peek().place(), rebuilt.peek().place());
      if (order < 0) {
        differences.add(name(kept.next()) + " should not be there");
      } else if (order > 0) {
        differences.add(name(rebuilt.next()) + " is missing");
      } else if (!kept.peek().equals(rebuilt.peek())) {
        differences.add(
            "%s is %s, not %s".formatted(name(kept.peek()), kept.next(), rebuilt.next()));
      } else {
        kept.next();
        rebuilt.next();
      }
    }
    return differences;
  }

  private static String name(IndexedRun run) {
    return Listed.of(run).id().toString();
  }

  private static String digest(Rows rows) {
    var digest = new ViewDigest();
    rows.forEachRemaining(run -> digest.add(run.toString()));
    return digest.hex();
  }

  private static Rows rows(RunIndex index, @Nullable Predicate<IndexedRun> wanted) {
    return new Rows(index, wanted == null ? _ -> true : wanted);
  }

  /** All runs of an index, the newest first, of which a page is in memory. */
  private static final class Rows implements Iterator<IndexedRun> {
    private final RunIndex index;
    private final Predicate<IndexedRun> wanted;
    private Iterator<IndexedRun> page = List.<IndexedRun>of().iterator();
    private @Nullable Place after;
    private @Nullable IndexedRun next;
    private boolean last;

    Rows(RunIndex index, Predicate<IndexedRun> wanted) {
      this.index = index;
      this.wanted = wanted;
    }

    IndexedRun peek() {
      IndexedRun found = hasNext() ? next : null;
      if (found == null) {
        throw new NoSuchElementException();
      }
      return found;
    }

    @Override
    public boolean hasNext() {
      while (next == null && (page.hasNext() || turn())) {
        IndexedRun run = page.next();
        next = wanted.test(run) ? run : null;
      }
      return next != null;
    }

    private boolean turn() {
      if (last) {
        return false;
      }
      RunIndex.Page read = index.find(RunFilter.ANY, after, PAGE);
      page = read.runs().iterator();
      after = read.next();
      last = after == null;
      return page.hasNext();
    }

    @Override
    public IndexedRun next() {
      IndexedRun found = peek();
      next = null;
      return found;
    }
  }

  /** Whether the new one has all that there is to know: all files of the archive could be read. */
  public boolean isWhole() {
    return whole;
  }

  /**
   * Puts the new one in the place of the old one. If this is cut off there may be none, and then
   * the next start fills one.
   */
  public void replace() {
    try {
      Path old = folder.resolveSibling(folder.getFileName() + ".replaced");
      remove(old);
      if (Files.isDirectory(folder)) {
        Files.move(folder, old);
      }
      Files.move(made, folder);
      remove(old);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replace " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Takes the new one away. */
  public void discard() {
    remove(made);
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder + ": " + e.getMessage(), e);
    }
  }
}
