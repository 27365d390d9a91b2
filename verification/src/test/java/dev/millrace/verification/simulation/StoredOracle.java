package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.ObjectInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares what is stored with what the ledger says, whenever that changes: the archive is all runs
 * that had ended where it says that it is, each once and as it was; a checkpoint is the fold where
 * it was made, and nothing that it needs is deleted.
 */
final class StoredOracle {
  private static final int MOST_FILES = 24;

  private final World world;
  private final Map<Kept, List<Checkpoint<Runs>>> read = new HashMap<>();
  private List<Kept> kept = List.of();
  private long[] archived = new long[World.PARTITIONS];

  StoredOracle(World world) {
    this.world = world;
  }

  /** An object was written or deleted. */
  void changed(String path) {
    if (path.startsWith("manifests/runs/")) {
      checkArchive();
    } else if (path.startsWith("manifests/checkpoints/")) {
      checkCheckpoints();
    }
  }

  /** The checkpoints that are kept, the newest first. */
  List<Kept> kept() {
    return kept;
  }

  /** A partition of one that is kept. */
  Checkpoint<Runs> read(Kept of, int partition) {
    return read.getOrDefault(of, List.of()).get(partition);
  }

  /** What counts is what the highest generation says, whatever the keys say. */
  RunArchive archive() {
    return RunArchive.open(world.storage.objects, noKeys(), world::id);
  }

  private MemoryCoordinationStore noKeys() {
    return new MemoryCoordinationStore(world.storage::nanos);
  }

  private void checkArchive() {
    RunArchive archive = archive();
    RunArchive.All all =
        archive.all(
            why -> {
              throw new Violation("the archive cannot be read: " + why.getMessage());
            });
    List<EntryFileInfo> files = StoredByHand.files(archive);
    Violation.unless(files.size() <= MOST_FILES, "the archive has %d files", files.size());
    Map<RunId, Run> runs = new TreeMap<>(java.util.Comparator.comparing(RunId::toString));
    try (Stream<Run> there = all.runs()) {
      there.forEach(run -> runs.put(run.id(), run));
    }
    long entries = files.stream().mapToLong(EntryFileInfo::entries).sum();
    // What was deleted stays in files for a while.
    Violation.unless(
        isAnyDeleted() ? entries >= runs.size() : entries == runs.size(),
        "%d runs are archived, %d entries",
        runs.size(),
        entries);
    for (int p = 0; p < World.PARTITIONS; p++) {
      if (!world.oracles.isCut(p)) {
        check(p, all.position(p), runs);
      }
    }
    world.chaos.tally.count("archive compared");
  }

  private boolean isAnyDeleted() {
    return IntStream.range(0, World.PARTITIONS)
        .anyMatch(p -> !world.oracles.of(p).deleted.isEmpty());
  }

  private void check(int p, long position, Map<RunId, Run> archived) {
    Violation.unless(
        position >= this.archived[p],
        "the archive of %d goes back from %d to %d",
        p,
        this.archived[p],
        position);
    this.archived[p] = position;
    Map<RunId, Run> expected = world.oracles.of(p).endedBefore(position);
    Set<RunId> there = new HashSet<>();
    archived.forEach(
        (id, run) -> {
          if (Oracles.partition(id.root()) == p) {
            there.add(id);
            Violation.unless(
                run.equals(expected.get(id)),
                "%s is archived as %s, but was %s before %d",
                id,
                run,
                expected.get(id),
                position);
          }
        });
    Violation.unless(
        there.equals(expected.keySet()),
        "archived up to %d of %d: %s, but ended: %s",
        position,
        p,
        there,
        expected.keySet());
  }

  private void checkCheckpoints() {
    var checkpoints = LedgerCheckpoints.open(world.storage.objects, noKeys(), world::id);
    List<Kept> now = StoredByHand.kept(checkpoints);
    if (now.equals(kept)) {
      return;
    }
    List<Kept> before = kept;
    kept = now;
    read.keySet().retainAll(now);
    for (Kept each : now) {
      if (!read.containsKey(each)) {
        read.put(each, readAll(checkpoints, each));
        world.chaos.tally.count("checkpoint compared");
        for (int p = 0; p < World.PARTITIONS; p++) {
          if (!world.oracles.isCut(p)) {
            check(each, p);
          }
        }
      }
    }
    for (int p = 0; p < World.PARTITIONS; p++) {
      long newest = before.isEmpty() ? 0 : StoredByHand.position(before.getFirst(), p);
      Violation.unless(
          StoredByHand.position(now.getFirst(), p) >= newest,
          "the newest checkpoint of %d goes back from %d",
          p,
          newest);
      checkNothingDeleted(p);
    }
  }

  private List<Checkpoint<Runs>> readAll(LedgerCheckpoints checkpoints, Kept each) {
    List<Checkpoint<Runs>> all = new ArrayList<>();
    for (int p = 0; p < World.PARTITIONS; p++) {
      all.add(StoredByHand.read(checkpoints, each, p));
    }
    return all;
  }

  private void check(Kept each, int p) {
    Checkpoint<Runs> at = read(each, p);
    Violation.unless(
        at.offset() + 1 == StoredByHand.position(each, p),
        "a checkpoint of %d is at %d, listed at %d",
        p,
        at.offset(),
        StoredByHand.position(each, p));
    world.oracles.of(p).check("checkpoint of " + p, at, /* forgets= */ false, -1);
    Violation.unless(
        archived[p] > at.offset(),
        "a checkpoint of %d at %d, but the archive is at %d",
        p,
        at.offset(),
        archived[p]);
  }

  /** The beginning of a log was deleted. */
  void trimmed(TopicPartition partition) {
    world.chaos.tally.count(Fault.TRIMMED);
    World.trace(world.broker, "%s is trimmed: %s", partition, world.broker.log(partition).extent());
    if (partition.partition() < World.PARTITIONS) {
      checkNothingDeleted(partition.partition());
    }
  }

  private void checkNothingDeleted(int p) {
    if (world.oracles.isCut(p)) {
      return;
    }
    long ledger = start(Topics.RUN_EVENTS, p);
    long commands = start(Topics.RUN_COMMANDS, p);
    Violation.unless(
        kept.size() > 1 || (ledger == 0 && commands == 0),
        "trimmed with %d checkpoints",
        kept.size());
    long deliveries = start(Topics.INCOMING_DELIVERIES, p);
    Violation.unless(
        world.oracles.of(p).deliveries.unsettled().stream().allMatch(each -> each >= deliveries),
        "the deliveries of %d begin at %d, but %s are open",
        p,
        deliveries,
        world.oracles.of(p).deliveries.unsettled());
    for (Kept each : kept) {
      Checkpoint<Runs> at = read(each, p);
      Violation.unless(
          ledger <= Math.max(0, at.offset()),
          "the ledger of %d begins at %d, a checkpoint is at %d",
          p,
          ledger,
          at.offset());
      Violation.unless(
          commands <= Math.max(0, at.fold().command()),
          "the commands of %d begin at %d, a checkpoint is at %d",
          p,
          commands,
          at.fold().command());
    }
  }

  private long start(Topics.Topic topic, int p) {
    return world.broker.log(new TopicPartition(topic.name(), p)).extent().start();
  }

  /** What is not stored yet, or still is though nobody needs it. */
  List<String> unrest() {
    List<String> found = new ArrayList<>();
    for (int p = 0; p < World.PARTITIONS; p++) {
      long end = world.broker.log(new TopicPartition(Topics.RUN_EVENTS.name(), p)).extent().end();
      if (archived[p] < end) {
        found.add("archive of %d at %d of %d".formatted(p, archived[p], end));
      }
      if (end > 0 && (kept.isEmpty() || StoredByHand.position(kept.getFirst(), p) < end)) {
        found.add("no checkpoint of %d at %d".formatted(p, end));
      }
    }
    Set<String> counting = new HashSet<>();
    StoredByHand.files(archive()).forEach(file -> counting.add(file.path()));
    kept.forEach(each -> each.files().forEach(file -> counting.add(file.path())));
    for (String folder : List.of(StoredByHand.ARCHIVE, StoredByHand.CHECKPOINTS)) {
      try (Stream<ObjectInfo> all = world.storage.objects.list(folder, "")) {
        all.map(ObjectInfo::path).filter(path -> !counting.contains(path)).forEach(found::add);
      }
    }
    return found;
  }
}
