package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.RunFeed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists runs, newest first. Runs that are active are found by the index of those; others by walking
 * down the numbers of each root group at once. A page looks at so many runs at most, so that a rare
 * match cannot hold up the reader; it then ends early and says where to go on.
 */
final class RunList {
  private static final int MOST_SEEN = 20_000;

  /** Oldest first: by creation; those of one decision by root group and number. */
  private static final Comparator<Run> BY_AGE =
      Comparator.comparing(Run::createdAt)
          .thenComparing(run -> run.id().root().toString())
          .thenComparingLong(run -> run.id().number());

  private final RunFeed feed;

  RunList(RunFeed feed) {
    this.feed = feed;
  }

  /** The page that is wanted; 400 if {@code before} is no run. */
  RunViews.Page page(RunQuery query) {
    Run before = query.before() == null ? null : existing(query.before());
    return query.onlyActive() ? active(query, before) : all(query, before);
  }

  private Run existing(RunId id) {
    Run run = feed.run(id);
    if (run == null) {
      throw ProblemException.badRequest("before: there is no run " + id);
    }
    return run;
  }

  private RunViews.Page active(RunQuery query, @Nullable Run before) {
    var newest = new PriorityQueue<Run>(BY_AGE);
    boolean[] more = {false};
    for (int p : partitions(query.roots())) {
      Runs runs = feed.state(p);
      for (RunId id : runs.active().values()) {
        Run run = runs.run(id);
        if (run != null
            && query.matches(run)
            && (before == null || BY_AGE.compare(run, before) < 0)) {
          newest.add(run);
          if (newest.size() > query.limit()) {
            newest.poll();
            more[0] = true;
          }
        }
      }
    }
    List<Run> page = new ArrayList<>(newest);
    page.sort(BY_AGE.reversed());
    return view(page, more[0] ? page.getLast() : null);
  }

  private RunViews.Page all(RunQuery query, @Nullable Run before) {
    var walks = new PriorityQueue<Walk>(Comparator.comparing(Walk::run, BY_AGE.reversed()));
    eachRoot(query.roots(), root -> walks.addAll(Walk.begin(root, before)));
    List<Run> page = new ArrayList<>();
    Run last = null;
    for (int seen = 0; !walks.isEmpty(); seen++) {
      if (page.size() == query.limit() || seen == MOST_SEEN) {
        return view(page, last);
      }
      Walk walk = walks.remove();
      last = walk.run();
      if (query.tooOld(last)) {
        return view(page, null); // and so are all that follow
      }
      if (query.matches(last)) {
        page.add(last);
      }
      walks.addAll(walk.on());
    }
    return view(page, null);
  }

  private Set<Integer> partitions(Collection<RootGroup> roots) {
    return roots.isEmpty()
        ? IntStream.range(0, feed.partitions()).boxed().collect(Collectors.toSet())
        : roots.stream().map(feed::partition).collect(Collectors.toSet());
  }

  private void eachRoot(Collection<RootGroup> roots, Consumer<Runs.OfRoot> action) {
    if (roots.isEmpty()) {
      for (int p = 0; p < feed.partitions(); p++) {
        feed.state(p).roots().values().forEach(action);
      }
    } else {
      roots.forEach(root -> action.accept(feed.state(feed.partition(root)).root(root)));
    }
  }

  private static RunViews.Page view(List<Run> runs, @Nullable Run last) {
    return new RunViews.Page(
        runs.stream().map(RunViews::item).toList(), last == null ? null : last.id().toString());
  }

  /** On the way down the runs of one root group; {@code run} is the next one. */
  private record Walk(Runs.OfRoot root, Run run) {
    /** From the newest, or the newest before that run; none if there is none. */
    static List<Walk> begin(Runs.OfRoot root, @Nullable Run before) {
      if (root.runs().isEmpty()) {
        return List.of(); // which has no last entry, not even null
      }
      return from(
          root,
          before == null ? root.runs().lastEntry() : root.runs().lowerEntry(bound(root, before)));
    }

    List<Walk> on() {
      return from(root, root.runs().lowerEntry(run.id().number()));
    }

    private static List<Walk> from(Runs.OfRoot root, Map.@Nullable Entry<Long, Run> entry) {
      return entry == null ? List.of() : List.of(new Walk(root, entry.getValue()));
    }

    /** The lowest number whose run does not come before; later numbers were created later. */
    private static long bound(Runs.OfRoot root, Run before) {
      long low = 1;
      long high = root.lastNumber() + 1;
      while (low < high) {
        long middle = low + (high - low) / 2;
        Run at = root.runs().get(middle);
        if (at == null || BY_AGE.compare(at, before) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
