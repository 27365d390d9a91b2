package dev.millrace.datamanager.checkpoints;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.runs.RunArchiver;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.checkpoints.Note;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes a checkpoint of both ledgers: all that has not ended, all configuration, what the protocol
 * knows, and what the deliveries that were decided have made of refs. On one thread.
 */
public final class Checkpointer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Bus bus;
  private final LedgerCheckpoints checkpoints;
  private final RunArchiver runs;
  private final DecidedDeliveries deliveries;
  private final Runnable dumpIndex;
  private final EntryWriter files;
  private final Timing timing;
  private final FaultHandler faults;

  /**
   * Makes none yet.
   *
   * @param runs has read what is to be in a checkpoint
   * @param dumpIndex dumps the index of all runs that are archived
   * @param files writes into {@link LedgerCheckpoints#FOLDER}
   */
  public Checkpointer(
      Bus bus,
      LedgerCheckpoints checkpoints,
      RunArchiver runs,
      Runnable dumpIndex,
      EntryWriter files,
      Timing timing,
      FaultHandler faults) {
    this.bus = bus;
    this.checkpoints = checkpoints;
    this.runs = runs;
    this.deliveries = new DecidedDeliveries(bus, checkpoints.deliveries(), timing);
    this.dumpIndex = dumpIndex;
    this.files = files;
    this.timing = timing;
    this.faults = faults;
  }

  /**
   * Makes one, unless nothing has happened since the last one. Before that all runs that have ended
   * are archived and the index of them is dumped: who begins at a checkpoint hears of none of them.
   *
   * @return false if another datamanager was faster with either
   */
  public boolean make() {
    checkpoints.store().refresh();
    List<Checkpoint<Configuration>> configuration = configuration();
    deliveries.follow(runs.checkpoints().stream().map(at -> at.fold().state()).toList());
    SortedMap<String, Long> positions = positions(configuration, runs.checkpoints());
    deliveries.addTo(positions);
    List<Kept> kept = checkpoints.store().kept();
    if (!kept.isEmpty() && kept.getFirst().positions().equals(positions)) {
      return true;
    }
    if (!runs.archiveAll()) {
      return false;
    }
    dumpIndex.run();
    Stream<Entry> entries =
        Stream.of(
                entries(Ledgers.CONFIG, configuration),
                entries(Ledgers.RUNS, runs.checkpoints()),
                deliveries.entries())
            .flatMap(each -> each);
    return checkpoints
        .store()
        .add(timing.wall().instant(), positions, entries.iterator(), files)
        .isPresent();
  }

  /** The newest one; there has to be one. */
  public Kept last() {
    return checkpoints.store().kept().getFirst();
  }

  /** What was noted for good. */
  public List<Note> notes() {
    return checkpoints.store().notes();
  }

  private static SortedMap<String, Long> positions(
      List<Checkpoint<Configuration>> configuration, List<Checkpoint<Runs>> runs) {
    SortedMap<String, Long> positions = new TreeMap<>();
    for (int p = 0; p < configuration.size(); p++) {
      positions.put(LedgerCheckpoints.name(Ledgers.CONFIG, p), configuration.get(p).offset() + 1);
    }
    for (int p = 0; p < runs.size(); p++) {
      positions.put(LedgerCheckpoints.name(Ledgers.RUNS, p), runs.get(p).offset() + 1);
    }
    return positions;
  }

  private static <S> Stream<Entry> entries(
      LedgerKind<S, ?, ?> kind, List<Checkpoint<S>> checkpoints) {
    return IntStream.range(0, checkpoints.size())
        .boxed()
        .flatMap(p -> LedgerCheckpoints.entries(kind, p, checkpoints.get(p)));
  }

  /** Little changes there: it is read now, and not followed all the time. */
  private List<Checkpoint<Configuration>> configuration() {
    try (var ledger =
        new LedgerFollower<Configuration, ConfigEvent>(
            bus,
            Ledgers.CONFIG,
            "checkpointer",
            timing,
            LedgerSettings.DEFAULT,
            faults,
            checkpoints.newest(Ledgers.CONFIG))) {
      CompletableFuture<Void> read = ledger.caughtUp().toCompletableFuture();
      long end = timing.nanos().getAsLong() + PATIENCE.toNanos();
      while (!read.isDone() && timing.nanos().getAsLong() - end < 0) {
        ledger.step(Duration.ofMillis(100));
      }
      if (!read.isDone() || read.isCompletedExceptionally()) {
        throw new BusException("the ledger of the configuration could not be read", null);
      }
      List<Checkpoint<Configuration>> all = new ArrayList<>();
      for (int p = 0; p < ledger.partitions(); p++) {
        all.add(ledger.checkpoint(p));
      }
      return all;
    }
  }
}
