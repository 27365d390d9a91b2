package dev.millrace.events.run;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All runs of a partition, as the events made them. Immutable; shares structure with what it came
 * from, so keeping an old one is cheap.
 */
public record Runs(PMap<RootGroup, OfRoot> roots, PMap<RunId, Run> active) {

  /** No runs yet. */
  public static final Runs EMPTY = new Runs(HashTreePMap.empty(), HashTreePMap.empty());

  /**
   * The runs of one root group.
   *
   * @param lastNumber the number given last; 0 if none
   * @param lastDelivery the delivery answered last; -1 if none
   * @param runs by number
   */
  public record OfRoot(long lastNumber, long lastDelivery, PSortedMap<Long, Run> runs) {
    public static final OfRoot EMPTY = new OfRoot(0, -1, TreePMap.empty());
  }

  /** The run, or null if there is none of this id here. */
  public @Nullable Run run(RunId id) {
    OfRoot root = roots.get(id.root());
    return root == null ? null : root.runs().get(id.number());
  }
}
