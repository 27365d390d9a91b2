package dev.millrace.events.run;

import dev.millrace.events.RootGroup;
import dev.millrace.events.run.Runs.OfRoot;
import dev.millrace.events.run.Runs.Unclaimed;
import org.pcollections.PSortedSet;

/** What becomes of runs when the last decisions on them are lost. Pure. */
public final class RunRecovery {
  private RunRecovery() {}

  /**
   * The state in which a run has ended of which it may not know that, or not know at all.
   *
   * @param run as it was at its end
   */
  public static Runs ended(Runs state, Run run) {
    Runs now = numbered(state, run.id().root(), run.id().number());
    Run before = now.run(run.id());
    if (before != null) {
      now = now.replace(before, run).withUnclaimed(unclaimed(now, run)).without(run);
    }
    return placed(now, run.place());
  }

  private static PSortedSet<Unclaimed> unclaimed(Runs state, Run run) {
    PSortedSet<Unclaimed> left = state.unclaimed();
    for (Unclaimed one : state.unclaimed()) {
      left = one.attempt().run().equals(run.id()) ? left.minus(one) : left;
    }
    return left;
  }

  private static Runs placed(Runs state, long place) {
    return place <= state.created()
        ? state
        : new Runs(state.roots(), place, state.active(), state.lanes(), state.unclaimed());
  }

  /** The state in which numbers up to this one have been given in the root group. */
  public static Runs numbered(Runs state, RootGroup root, long last) {
    OfRoot now = state.root(root);
    if (last <= now.lastNumber()) {
      return state;
    }
    return new Runs(
        state.roots().plus(root, new OfRoot(last, now.lastDelivery(), now.runs())),
        state.created(),
        state.active(),
        state.lanes(),
        state.unclaimed());
  }
}
