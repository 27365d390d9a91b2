package dev.millrace.events.run;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The runs of a partition that have not ended, as the events made them. Immutable; shares structure
 * with what it came from, so keeping an old one is cheap.
 *
 * @param created how many runs have been created in this partition
 * @param active the runs that are queued or running, also the frozen ones, by {@link Run#place}:
 *     oldest first
 * @param lanes the same runs by what they share; a key without active runs is absent
 * @param unclaimed the attempts that were given to an executor and are not claimed yet, longest
 *     waiting first; without those of frozen runs
 */
public record Runs(
    PMap<RootGroup, OfRoot> roots,
    long created,
    PSortedMap<Long, RunId> active,
    PMap<ConcurrencyKey, Lane> lanes,
    PSortedSet<Unclaimed> unclaimed) {

  /** No runs yet. */
  public static final Runs EMPTY =
      new Runs(HashTreePMap.empty(), 0, TreePMap.empty(), HashTreePMap.empty(), TreePSet.empty());

  /**
   * The runs of one root group.
   *
   * @param lastNumber the number given last; 0 if none
   * @param lastDelivery the delivery answered last; -1 if none
   * @param runs those that have not ended, by number; and those that the last decision has ended,
   *     as long as it is looked at
   */
  public record OfRoot(long lastNumber, long lastDelivery, PSortedMap<Long, Run> runs) {
    public static final OfRoot EMPTY = new OfRoot(0, -1, TreePMap.empty());

    OfRoot with(Run run) {
      return new OfRoot(lastNumber, lastDelivery, runs.plus(run.id().number(), run));
    }
  }

  /**
   * The active runs of one concurrency key.
   *
   * @param running the one that is started and has not ended
   * @param queued those that wait, by {@link Run#place}: first in, first out
   */
  public record Lane(@Nullable RunId running, PSortedMap<Long, RunId> queued) {
    static final Lane EMPTY = new Lane(null, TreePMap.empty());

    /** The run that may start now, or null. */
    public @Nullable RunId next() {
      return running != null || queued.isEmpty() ? null : queued.firstEntry().getValue();
    }

    boolean isEmpty() {
      return running == null && queued.isEmpty();
    }
  }

  /** An attempt that was given to an executor and is not claimed yet. */
  public record Unclaimed(Instant assignedAt, AttemptRef attempt, ExecutorRef executor)
      implements Comparable<Unclaimed> {
    private static final Comparator<Unclaimed> ORDER =
        Comparator.comparing(Unclaimed::assignedAt).thenComparing(u -> u.attempt().toString());

    @Override
    public int compareTo(Unclaimed other) {
      return ORDER.compare(this, other);
    }
  }

  /** The root group's runs; empty if there are none. */
  public OfRoot root(RootGroup root) {
    return roots.getOrDefault(root, OfRoot.EMPTY);
  }

  /** Whether there was a run of this id, which has ended and is not here any more. */
  public boolean hasEnded(RunId id) {
    return id.number() <= root(id.root()).lastNumber() && run(id) == null;
  }

  /** The run, or null if there is none of this id here: none at all, or one that has ended. */
  public @Nullable Run run(RunId id) {
    OfRoot root = roots.get(id.root());
    return root == null ? null : root.runs().get(id.number());
  }

  /** The active runs of the key; empty if there are none. */
  public Lane lane(ConcurrencyKey key) {
    return lanes.getOrDefault(key, Lane.EMPTY);
  }

  /** The run as it is now in the place of what it was, in all indexes. */
  Runs replace(Run before, Run after) {
    return new Runs(
        roots.plus(after.id().root(), root(after.id().root()).with(after)),
        created,
        after.phase().ended() ? active.minus(after.place()) : active,
        before.phase() == after.phase() ? lanes : lanesWith(after),
        unclaimed);
  }

  /** The run as one more, in all indexes. */
  Runs add(Run run) {
    OfRoot root = root(run.id().root());
    long last = Math.max(root.lastNumber(), run.id().number());
    return new Runs(
        roots.plus(run.id().root(), new OfRoot(last, root.lastDelivery(), root.runs()).with(run)),
        run.place(),
        run.phase().ended() ? active : active.plus(run.place(), run.id()),
        run.phase().ended() ? lanes : lanesWith(run),
        unclaimed);
  }

  /** Without a run that has ended: it is in no other index. */
  Runs without(Run ended) {
    OfRoot root = root(ended.id().root());
    return new Runs(
        roots.plus(
            ended.id().root(),
            new OfRoot(
                root.lastNumber(), root.lastDelivery(), root.runs().minus(ended.id().number()))),
        created,
        active,
        lanes,
        unclaimed);
  }

  Runs settled(RootGroup id, long delivery) {
    OfRoot root = root(id);
    return new Runs(
        roots.plus(id, new OfRoot(root.lastNumber(), delivery, root.runs())),
        created,
        active,
        lanes,
        unclaimed);
  }

  Runs withUnclaimed(PSortedSet<Unclaimed> now) {
    return new Runs(roots, created, active, lanes, now);
  }

  private PMap<ConcurrencyKey, Lane> lanesWith(Run run) {
    ConcurrencyKey key = ConcurrencyKey.of(run.spec());
    Lane lane = lane(key);
    RunId other = run.id().equals(lane.running()) ? null : lane.running();
    Lane now =
        switch (run.phase()) {
          case queued -> new Lane(other, lane.queued().plus(run.place(), run.id()));
          case running -> new Lane(run.id(), lane.queued().minus(run.place()));
          case setuperror, cancelled, finished -> new Lane(other, lane.queued().minus(run.place()));
        };
    return now.isEmpty() ? lanes.minus(key) : lanes.plus(key, now);
  }
}
