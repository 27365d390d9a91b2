package dev.millrace.runservice;

import dev.millrace.datamanager.index.IndexedRuns;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.Ended;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.stored.StoredList;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.RunCounts;
import dev.millrace.storage.index.RunFilter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * Counts runs: those in the index and those in memory, each once. It is exact, and looks at every
 * run that is wanted, some thirty nanoseconds each: who lists runs only is not made to wait for
 * that.
 */
final class RunTally {
  private static final int TRIES = 100;

  private final RunFeed feed;
  private final StoredList index;

  RunTally(RunFeed feed, StoredList index) {
    this.feed = feed;
    this.index = index;
  }

  /** How many of these runs there are in all partitions that are named. */
  RunCounts count(RunQuery query, Set<Integer> partitions) {
    RunFilter filter = query.filter();
    if (filter == null) {
      return RunCounts.NONE;
    }
    if (query.onlyActive()) {
      return sum(filter, active(partitions).values());
    }
    for (int i = 0; i < TRIES; i++) {
      StoredList.Counted stored = index.counts(filter, feed.deleted());
      // In this order: what has ended before that position is not active any more.
      Map<RunId, IndexedRun> rest = active(partitions);
      rest.putAll(ended(partitions, stored.upTo()));
      if (isUpTo(partitions, stored.upTo())) {
        return stored.counts().plus(sum(filter, rest.values()));
      } // else some have gone from memory to the index meanwhile
    }
    throw ProblemException.tryLater("runs are being archived: count them again in a moment");
  }

  private boolean isUpTo(Set<Integer> partitions, IntToLongFunction upTo) {
    return partitions.stream().allMatch(p -> index.indexed(p) == upTo.applyAsLong(p));
  }

  private Map<RunId, IndexedRun> active(Set<Integer> partitions) {
    Map<RunId, IndexedRun> runs = new HashMap<>();
    for (int p : partitions) {
      Runs state = feed.state(p);
      for (RunId id : state.active().values()) {
        Run run = state.run(id);
        if (run != null) {
          runs.put(id, IndexedRuns.of(run));
        }
      }
    }
    return runs;
  }

  private Map<RunId, IndexedRun> ended(Set<Integer> partitions, IntToLongFunction from) {
    Map<RunId, IndexedRun> runs = new HashMap<>();
    for (int p : partitions) {
      for (Ended ended : feed.endedBefore(p, Long.MAX_VALUE)) {
        if (ended.offset() >= from.applyAsLong(p)) {
          runs.put(ended.run().id(), IndexedRuns.of(ended.run()));
        }
      }
    }
    return runs;
  }

  private static RunCounts sum(RunFilter filter, Collection<IndexedRun> runs) {
    return runs.stream()
        .filter(filter::matches)
        .map(RunCounts::of)
        .reduce(RunCounts.NONE, RunCounts::plus);
  }
}
