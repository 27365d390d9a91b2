package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Fold;
import dev.millrace.bus.ledger.Memory;
import dev.millrace.events.CommandId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;

/**
 * What all records of a partition up to one come to, worked out by the oracle.
 *
 * @param touched the runs that this record changed
 * @param decision whether this record is an accepted one
 */
record Snapshot(
    Runs state,
    long epoch,
    String term,
    int language,
    long n,
    Instant at,
    long command,
    int checksum,
    Set<CommandId> known,
    Instant floor,
    int barren,
    Set<RunId> touched,
    boolean decision) {

  /** Everything but the runs themselves. */
  void check(String who, Fold<Runs> fold, boolean forgets) {
    Violation.unless(fold.n() == n, "%s: n %d, not %d", who, fold.n(), n);
    Violation.unless(
        fold.epoch() == epoch && fold.term().equals(term),
        "%s: epoch %d, term %s, not %d, %s",
        who,
        fold.epoch(),
        fold.term(),
        epoch,
        term);
    Violation.unless(fold.language() == language, "%s: language %d", who, fold.language());
    Violation.unless(fold.at().equals(at), "%s: at %s", who, fold.at());
    Violation.unless(
        fold.command() == command && fold.checksum() == checksum,
        "%s: command %d, not %d",
        who,
        fold.command(),
        command);
    Violation.unless(fold.barren() == barren, "%s: barren %d", who, fold.barren());
    Violation.unless(
        forgets
            ? fold.memory().equals(Memory.EMPTY)
            : fold.memory().floor().equals(floor) && fold.memory().answers().keySet().equals(known),
        "%s remembers %s",
        who,
        fold.memory());
    Violation.unless(
        fold.state().roots().keySet().equals(state.roots().keySet())
            && fold.state().active().equals(state.active()),
        "%s: runs differ",
        who);
  }

  void checkState(String who, Runs folded) {
    Violation.unless(folded.equals(withoutEnded(state)), "%s: state differs", who);
  }

  void checkRun(String who, Runs folded, RunId id) {
    Run run = state.run(id);
    Run kept = run != null && run.phase().ended() ? null : run;
    Violation.unless(Objects.equals(folded.run(id), kept), "%s: %s differs", who, id);
  }

  private static Runs withoutEnded(Runs all) {
    PMap<RootGroup, Runs.OfRoot> roots = all.roots();
    for (var each : all.roots().entrySet()) {
      Runs.OfRoot root = each.getValue();
      PSortedMap<Long, Run> runs = root.runs();
      for (Run run : root.runs().values()) {
        runs = run.phase().ended() ? runs.minus(run.id().number()) : runs;
      }
      roots =
          roots.plus(each.getKey(), new Runs.OfRoot(root.lastNumber(), root.lastDelivery(), runs));
    }
    return new Runs(roots, all.created(), all.active(), all.lanes(), all.unclaimed());
  }
}
