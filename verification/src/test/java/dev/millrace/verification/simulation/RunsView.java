package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.stored.Handover;
import dev.millrace.runservice.stored.HandoverByHand;
import dev.millrace.runservice.stored.Listed;
import dev.millrace.runservice.stored.StoredRuns;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.index.RunFilter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run service shows of runs that have ended: each of them, at every moment, once and as it
 * was at its end, from memory or from what is stored. The index outlives the process.
 */
final class RunsView {
  private final World world;
  private final ReadingProcess of;
  private final Path folder;
  private final RunArchive archive;
  private final StoredRuns stored;
  private final LedgerCheckpoints checkpoints;
  private @Nullable RunFeed feed;
  private @Nullable Handover handover;

  RunsView(World world, ReadingProcess of) {
    this.world = world;
    this.of = of;
    this.folder = world.storage.disk(of.slot, "index");
    if (world.chaos.strikes(Fault.INDEX_LOST)) {
      Storage.erase(folder);
      world.storage.disk(of.slot, "index");
    }
    var objects = world.mutation.objects(world.storage, of);
    var keys = world.storage.keys.of(of);
    this.archive = RunArchive.open(objects, keys, world::id);
    var dumps = IndexDumps.open(objects, keys, world::id);
    this.stored = StoredRuns.open(archive, dumps, folder, World.PARTITIONS);
    this.checkpoints = LedgerCheckpoints.open(objects, keys, world::id);
  }

  private void trace(String what) {
    World.trace(
        world.broker,
        "%s: %s, the index is at %s and has %s",
        of.name,
        what,
        IntStream.range(0, World.PARTITIONS).mapToObj(stored::indexed).toList(),
        stored.list(RunFilter.ANY, null, 10_000).stream().map(Listed::id).toList());
  }

  /** Where the ledger is to be read from. */
  Starts<Runs> starts() {
    trace("begins");
    Starts<Runs> starts = stored.starts(checkpoints);
    trace("begins to read");
    return starts;
  }

  /** Shows what the view has folded. */
  void show(LedgerView<Runs, RunEvent> view) {
    feed = new RunFeed(view, stored);
    handover = new Handover(feed, stored, world.storage.keys.of(of));
  }

  private RunFeed feed() {
    return Objects.requireNonNull(feed);
  }

  /** Lets go of what is archived, now and then, and looks. */
  void step() {
    if (world.chaos.chance(0.1)) {
      handOver();
    }
    for (int p = 0; p < World.PARTITIONS; p++) {
      List<PartitionOracle.Ended> ended = world.oracles.of(p).ended;
      if (!ended.isEmpty() && isToBeChecked(p)) {
        check(p, world.chaos.pick(ended));
      }
    }
    if (world.chaos.chance(0.05)) {
      checkList();
    }
  }

  private boolean isToBeChecked(int p) {
    return !world.oracles.isCut(p) && !of.isStopped(p);
  }

  private void handOver() {
    try {
      HandoverByHand.handOver(Objects.requireNonNull(handover));
      trace("has handed over");
      world.mutation.handedOver(feed());
    } catch (StorageException | UncheckedIOException e) {
      world.chaos.tally.count("hand-over failed");
    }
  }

  private void check(int p, PartitionOracle.Ended ended) {
    if (ended.offset() >= feed().next(p)) {
      return;
    }
    RunId id = ended.run().id();
    PartitionOracle oracle = world.oracles.of(p);
    boolean deleted = oracle.isDeletedBefore(id, feed().next(p));
    try {
      Run shown = feed().run(id);
      Violation.unless(!deleted, "%s shows %s, which was deleted", of.name, id);
      Violation.unless(
          ended.run().equals(shown), "%s shows %s instead of %s", of.name, shown, ended.run());
      world.chaos.tally.count("ended run shown");
    } catch (ProblemException e) {
      // The archive may know of a deletion earlier than this replica.
      boolean mayBeGone = oracle.deleted.containsKey(id) && e.problem().status() == 410;
      Violation.unless(
          mayBeGone || (e.problem().status() == 503 && !world.chaos.isOver()),
          "%s does not show %s: %s",
          of.name,
          ended.run().id(),
          e);
    }
  }

  private void checkList() {
    Map<RunId, Listed> listed = new HashMap<>();
    for (Listed each : stored.list(RunFilter.ANY, null, 10_000)) {
      Violation.unless(listed.put(each.id(), each) == null, "%s is listed twice", each.id());
    }
    feed().ended().forEach(run -> listed.put(run.id(), Listed.of(run)));
    feed().deleted().forEach(listed::remove);
    for (int p = 0; p < World.PARTITIONS; p++) {
      if (isToBeChecked(p)) {
        for (PartitionOracle.Ended each : world.oracles.of(p).ended) {
          RunId id = each.run().id();
          boolean deleted = world.oracles.of(p).isDeletedBefore(id, feed().next(p));
          Violation.unless(
              !deleted || !listed.containsKey(id), "%s lists %s, which was deleted", of.name, id);
          Violation.unless(
              each.offset() >= feed().next(p)
                  || world.oracles.of(p).deleted.containsKey(id)
                  || Listed.of(each.run()).equals(listed.get(each.run().id())),
              "%s lists %s, not %s",
              of.name,
              listed.get(each.run().id()),
              each);
        }
      }
    }
    world.chaos.tally.count("list of ended runs compared");
  }

  /** At rest all is stored and nothing is in memory. */
  List<String> unrest() {
    handOver();
    checkList();
    for (int p = 0; p < World.PARTITIONS; p++) {
      for (PartitionOracle.Ended each : world.oracles.of(p).ended) {
        check(p, each);
      }
    }
    return feed().ended().stream().map(run -> run.id() + " is in memory").toList();
  }

  /** The process is gone; what was not committed is not there. */
  void die() {
    stored.close();
  }
}
