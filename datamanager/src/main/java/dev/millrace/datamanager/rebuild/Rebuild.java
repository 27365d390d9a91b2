package dev.millrace.datamanager.rebuild;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerView.Listener;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.rebuild.LedgerViews.Folded;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSnapshot;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes every view that follows from the ledgers again and compares it with what is kept. Nobody
 * may be writing meanwhile. One thread.
 */
public final class Rebuild {
  private final LedgerViews views;
  private final RunArchive archive;
  private final Map<RunId, Ending> endings = new HashMap<>();
  private final Map<RunId, Place> deletions = new HashMap<>();

  /** A decision of the ledger of runs. */
  private record Place(int partition, long offset) {
    boolean isBefore(RunArchive archive) {
      return offset < archive.position(partition);
    }
  }

  /** How a run ended: a digest of what it was then. */
  private record Ending(Place place, String digest, Instant endedAt) {}

  /**
   * Compares nothing yet.
   *
   * @param patience how long one ledger may take
   */
  public Rebuild(
      Bus bus,
      LedgerCheckpoints checkpoints,
      RunArchive archive,
      Timing timing,
      FaultHandler faults,
      Duration patience) {
    this.views = new LedgerViews(bus, checkpoints, timing, faults, patience);
    this.archive = archive;
  }

  /**
   * Folds both ledgers again.
   *
   * @throws dev.millrace.bus.BusException if one cannot be read
   * @throws dev.millrace.storage.StorageException if a checkpoint or the archive cannot be read
   */
  public List<ViewComparison> compare() {
    List<ViewComparison> all = new ArrayList<>();
    all.add(
        LedgerViews.compare(
            "configuration",
            Ledgers.CONFIG,
            views.kept(Ledgers.CONFIG),
            views.rebuilt(Ledgers.CONFIG, null)));
    Folded<Runs> kept = views.kept(Ledgers.RUNS);
    Folded<Runs> rebuilt = views.rebuilt(Ledgers.RUNS, new Endings());
    all.add(LedgerViews.compare("runs", Ledgers.RUNS, kept, rebuilt));
    all.add(queues(kept, rebuilt));
    all.add(archive());
    return all;
  }

  /**
   * Whether the ledger has ended or deleted the run at that offset of its partition or later. What
   * goes only as far as that need not know of it.
   *
   * @param positions by partition
   */
  public boolean changedSince(RunId run, SortedMap<Integer, Long> positions) {
    Ending ending = endings.get(run);
    return (ending != null && isSince(ending.place(), positions))
        || isSince(deletions.get(run), positions);
  }

  private static boolean isSince(@Nullable Place place, SortedMap<Integer, Long> positions) {
    return place != null && place.offset() >= positions.getOrDefault(place.partition(), 0L);
  }

  /** What waits for what, which follows from the runs and is kept nowhere. */
  private static ViewComparison queues(Folded<Runs> kept, Folded<Runs> rebuilt) {
    SortedMap<String, String> before = queues(kept.partitions());
    SortedMap<String, String> after = queues(rebuilt.partitions());
    return compare("queues", "%d groups".formatted(before.size()), before, after);
  }

  private static SortedMap<String, String> queues(List<Checkpoint<Runs>> partitions) {
    SortedMap<String, String> queues = new TreeMap<>();
    for (Checkpoint<Runs> partition : partitions) {
      partition
          .fold()
          .state()
          .lanes()
          .forEach(
              (key, lane) ->
                  queues.put(
                      key.toString(), lane.running() + " " + List.copyOf(lane.queued().values())));
    }
    return queues;
  }

  /** What the ledger still tells the ends of, and what the archive has of it. */
  private ViewComparison archive() {
    SortedMap<String, String> rebuilt = new TreeMap<>();
    Optional<Instant> horizon = archive.horizon();
    endings.forEach(
        (id, ending) -> {
          boolean expired = horizon.isPresent() && ending.endedAt().isBefore(horizon.get());
          if (ending.place().isBefore(archive) && !isDeleted(id) && !expired) {
            rebuilt.put(id.toString(), ending.digest());
          }
        });
    SortedMap<String, String> kept = new TreeMap<>();
    RunArchive.All all = archive.all(_ -> {}); // what cannot be read is missing
    try (var runs = all.runs()) {
      runs.forEach(
          run -> {
            if (endings.containsKey(run.id()) || isDeleted(run.id())) {
              kept.put(run.id().toString(), ViewDigest.of(RunSnapshot.write(run)));
            }
          });
    }
    return compare("archive", "%d runs".formatted(rebuilt.size()), kept, rebuilt);
  }

  private boolean isDeleted(RunId id) {
    Place deleted = deletions.get(id);
    return deleted != null && deleted.isBefore(archive);
  }

  private static ViewComparison compare(
      String name,
      String extent,
      SortedMap<String, String> kept,
      SortedMap<String, String> rebuilt) {
    List<String> differences = new ArrayList<>();
    for (String key : union(kept, rebuilt).keySet()) {
      String before = kept.get(key);
      String after = rebuilt.get(key);
      if (differences.size() < ViewComparison.NAMED && (before == null || !before.equals(after))) {
        differences.add(
            before == null
                ? key + " is missing"
                : after == null ? key + " should not be there" : key + " is not what it was");
      }
    }
    return new ViewComparison(name, extent, digest(kept), digest(rebuilt), differences);
  }

  private static SortedMap<String, String> union(
      SortedMap<String, String> kept, SortedMap<String, String> rebuilt) {
    SortedMap<String, String> all = new TreeMap<>(kept);
    all.putAll(rebuilt);
    return all;
  }

  private static String digest(SortedMap<String, String> rows) {
    var digest = new ViewDigest();
    rows.forEach(
        (key, value) -> {
          digest.add(key);
          digest.add(value);
        });
    return digest.hex();
  }

  private final class Endings implements Listener<Runs, RunEvent> {
    @Override
    public void folding(int partition, long n, Runs state) {}

    @Override
    public void accepted(
        int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
      var place = new Place(partition, offset);
      for (Run run : RunEvolve.ended(after, decision.events())) {
        Instant endedAt = run.endedAt() == null ? decision.at() : run.endedAt();
        endings.put(run.id(), new Ending(place, ViewDigest.of(RunSnapshot.write(run)), endedAt));
      }
      for (RunEvent event : decision.events()) {
        if (event instanceof RunEvent.RunDeleted(RunId id)) {
          deletions.put(id, place);
        }
      }
    }
  }
}
