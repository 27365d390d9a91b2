package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.stored.Listed;
import dev.millrace.runservice.stored.StoredList;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunFilter;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists runs, newest first: those in memory, which are the active ones and those that have ended
 * lately, together with those in the index.
 */
final class RunList {
  private final RunFeed feed;
  private final StoredList index;
  private final RunTally tally;

  RunList(RunFeed feed, StoredList index) {
    this.feed = feed;
    this.index = index;
    this.tally = new RunTally(feed, index);
  }

  /** The page that is wanted; 400 if {@code before} is no run. */
  RunViews.Page page(RunQuery query) {
    Place after = after(query.before());
    RunViews.Counts counts =
        query.counted() ? RunViews.counts(tally.count(query, partitions(query.roots()))) : null;
    RunFilter filter = query.filter();
    if (filter == null) {
      return new RunViews.Page(List.of(), null, counts);
    }
    int wanted = query.limit() + 1; // one more tells whether there is another page
    // In this order: what leaves memory is in the index before. It may be in both.
    Map<RunId, Listed> found = new LinkedHashMap<>();
    inMemory(query).stream()
        .filter(run -> filter.matches(run.indexed()))
        .filter(run -> after == null || Place.NEWEST_FIRST.compare(run.place(), after) > 0)
        .sorted(Listed.NEWEST_FIRST)
        .limit(wanted)
        .forEach(run -> found.put(run.id(), run));
    if (!query.onlyActive()) {
      Set<RunId> deleted = Set.copyOf(feed.deleted()); // the index hears of them a little later
      index.list(filter, after, wanted + deleted.size()).stream()
          .filter(run -> !deleted.contains(run.id()))
          .forEach(run -> found.putIfAbsent(run.id(), run));
    }
    List<Listed> newest =
        found.values().stream().sorted(Listed.NEWEST_FIRST).limit(wanted).toList();
    boolean more = newest.size() > query.limit();
    List<Listed> page = more ? newest.subList(0, query.limit()) : newest;
    return new RunViews.Page(
        page.stream().map(RunViews::item).toList(),
        more ? new Cursor.AfterPlace(page.getLast().place()).toString() : null,
        counts);
  }

  private @Nullable Place after(@Nullable Cursor cursor) {
    return switch (cursor) {
      case null -> null;
      case Cursor.AfterPlace(Place place) -> place;
      case Cursor.AfterRun(RunId id) -> {
        Run run = feed.run(id);
        if (run == null) {
          throw ProblemException.badRequest("before: there is no run " + id);
        }
        yield Listed.of(run).place();
      }
    };
  }

  /** Each once: what ends is for a moment both among the active ones and among the ended. */
  private Collection<Listed> inMemory(RunQuery query) {
    Map<RunId, Listed> runs = new HashMap<>();
    for (int p : partitions(query.roots())) {
      Runs state = feed.state(p);
      for (RunId id : state.active().values()) {
        Run run = state.run(id);
        if (run != null) {
          runs.put(id, Listed.of(run));
        }
      }
    }
    if (!query.onlyActive()) {
      feed.ended().forEach(run -> runs.put(run.id(), Listed.of(run)));
    }
    return runs.values();
  }

  /** What a list of the runs of these root groups is made of. */
  Set<Integer> partitions(Collection<RootGroup> roots) {
    return roots.isEmpty()
        ? IntStream.range(0, feed.partitions()).boxed().collect(Collectors.toSet())
        : roots.stream().map(feed::partition).collect(Collectors.toSet());
  }
}
