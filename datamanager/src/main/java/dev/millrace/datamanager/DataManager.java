package dev.millrace.datamanager;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.DataManagerVerticle.Config;
import dev.millrace.datamanager.DataManagerVerticle.Ports;
import dev.millrace.datamanager.checkpoints.Checkpointer;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.checkpoints.Trimmer;
import dev.millrace.datamanager.index.IndexDumper;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.LogArchiver;
import dev.millrace.datamanager.recovery.NamedManifest;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunArchiver;
import dev.millrace.datamanager.transfer.Export;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.checkpoints.Note;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives runs, merges what was archived, dumps the index, makes checkpoints and removes what is
 * not needed any more, in turn. Of several, the one that holds the lease does it; should two mean
 * to, the manifest lets one through. On one thread, but for {@link #logs}.
 */
final class DataManager implements DataManagerApi.Work, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataManager.class);
  static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofMinutes(10);
  private static final Duration TO_THE_END = Duration.ofSeconds(20);
  private static final Duration LOGS_TO_THE_END = Duration.ofMinutes(2);

  private final Ports ports;
  private final WorkLease lease;
  private final RunArchiver runs;
  private final ArchiveWriter writer;
  private final IndexDumper index;
  private final LogKeeper logs;
  private final Checkpointer checkpointer;
  private final Trimmer trimmer;
  private final List<Sweep> sweeps;
  private final Duration checkpointEvery;
  private final Retention retention;
  private final Duration dumpEvery;
  private final Errands errands;
  private final Extras extras;
  private final Path scratch;
  private final DistributionSummary archived;
  // Those that are being written: their objects have to stay.
  private final AtomicInteger exports = new AtomicInteger();
  private long tryAt;
  private long sweepAt;
  private long checkpointAt;
  private long dumpAt;

  /** Without anything beside. */
  DataManager(Config config, Ports ports, Bus bus) {
    this(config, Extras.NONE, ports, bus);
  }

  /**
   * Reads where the archive stands.
   *
   * @param extras belong into an export
   */
  DataManager(Config config, Extras extras, Ports ports, Bus bus) {
    this(config, extras, ports, bus, new Parts(config, ports, bus));
  }

  DataManager(Config config, Extras extras, Ports ports, Bus bus, Parts parts) {
    this.ports = ports;
    this.lease = new WorkLease(ports.coordination(), config.instance());
    this.extras = extras;
    this.scratch = config.scratch();
    EntryWriter.clear(config.scratch());
    var archive = RunArchive.open(ports.objects(), ports.coordination(), ports.ids());
    this.writer = parts.writer(archive.archive(), RunArchive.FOLDER);
    var logArchive = LogArchive.open(ports.objects(), ports.coordination(), ports.ids());
    var logWriter = parts.writer(logArchive.archive(), LogArchive.FOLDER);
    LedgerCheckpoints checkpoints = parts.checkpoints();
    var dumps = IndexDumps.open(ports.objects(), ports.coordination(), ports.ids());
    this.index =
        new IndexDumper(
            archive,
            dumps,
            dumps.writer(ports.objects(), config.scratch(), ports.ids(), ports.timing().nanos()),
            checkpoints,
            bus.partitions(Ledgers.RUNS.events().name()));
    this.sweeps =
        List.of(
            parts.sweep(dumps.archive(), IndexDumps.FOLDER),
            parts.sweep(archive.archive(), RunArchive.FOLDER),
            parts.sweep(logArchive.archive(), LogArchive.FOLDER),
            parts.sweep(checkpoints.store(), LedgerCheckpoints.FOLDER));
    var logSettings = new LogArchiver.Settings(config.logBytes(), config.age());
    var archiver = new LogArchiver(logSettings, bus, logArchive, logWriter, ports.timing());
    this.logs = new LogKeeper(archiver, logWriter, lease, ports.timing());
    this.runs = parts.archiver(archive, writer, checkpoints, index, logs::delete);
    this.checkpointer =
        new Checkpointer(
            bus,
            checkpoints,
            runs,
            () -> index.dumpAll(runs::position),
            parts.files(LedgerCheckpoints.FOLDER),
            ports.timing(),
            ports.faults());
    this.trimmer = parts.trimmer(checkpoints, logArchive);
    this.checkpointEvery = config.checkpointEvery();
    this.retention = config.retention();
    this.errands = new Errands(runs::wakeup);
    this.archived =
        DistributionSummary.builder("millrace.archive.batch")
            .description("Runs and deletions that were archived together")
            .register(ports.meters());
    Gauge.builder("millrace.archive.waiting", runs, RunArchiver::waiting)
        .description("Runs and deletions that are read and not archived yet")
        .register(ports.meters());
    long now = nanos();
    this.tryAt = now;
    this.sweepAt = now + SWEEP.toNanos();
    this.dumpEvery = config.dumpEvery();
    this.dumpAt = now + dumpEvery.toNanos();
    this.checkpointAt = now + checkpointEvery.dividedBy(5).toNanos();
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  void step(Duration wait) {
    errands.run();
    long pause = tryAt - nanos();
    if (!runs.isFull()) {
      runs.read(Duration.ofNanos(Math.min(wait.toNanos(), Math.max(pause, runs.idleFor()))));
    } else if (pause > 0) {
      LockSupport.parkNanos(Math.min(wait.toNanos(), pause));
    }
    if (tryAt - nanos() > 0) {
      return;
    }
    try {
      if (runs.idleFor() == 0) {
        archive();
      }
      if (nanos() - dumpAt >= 0 || index.isFull()) {
        dump();
      }
      if (nanos() - checkpointAt >= 0 && runs.isCaughtUp()) {
        checkpoint();
      }
      if (nanos() - sweepAt >= 0) {
        sweep();
      }
    } catch (StorageException | UncheckedIOException | BusException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.warn(
            "cannot archive, dump or make a checkpoint yet, {} runs wait: {}",
            runs.waiting(),
            e.getMessage());
      }
      tryAt = nanos() + RETRY.toNanos();
    }
  }

  @Override
  public Kept checkpointNow() throws InterruptedException {
    return errands.done(this::checkpointAll);
  }

  private Kept checkpointAll() {
    requireLease();
    runs.readToTheEnd(TO_THE_END);
    if (!checkpointer.make()) {
      throw new BusException(
          "another datamanager has made a checkpoint meanwhile: ask again", null);
    }
    checkpointAt = nanos() + checkpointEvery.toNanos();
    return checkpointer.last();
  }

  @Override
  public Export exportNow() throws InterruptedException {
    return errands.done(
        () -> {
          // On this thread nothing comes between the checkpoint and the look at the manifests.
          Kept checkpoint = checkpointAll();
          archiveLogs();
          Export export =
              Export.of(
                  ports.objects(),
                  NamedManifest.all(ports.objects(), ports.coordination(), ports.ids()),
                  checkpoint,
                  extras,
                  scratch,
                  exports::decrementAndGet);
          exports.incrementAndGet();
          return export;
        });
  }

  /** Those of all that is in the checkpoint, at least. */
  private void archiveLogs() {
    try {
      logs.archiveNow(LOGS_TO_THE_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted", e);
    }
  }

  @Override
  public List<Note> notes() {
    return checkpointer.notes();
  }

  private void requireLease() {
    if (!lease.isHeld()) {
      throw new BusException("another datamanager is at work: ask it, or again in a moment", null);
    }
  }

  private void archive() {
    if (!lease.isHeld()) {
      runs.forgetArchived();
      tryAt = nanos() + RETRY.toNanos();
      return;
    }
    int count = runs.waiting();
    runs.archive();
    archived.record(count - runs.waiting());
    LOG.info("archived {} runs and deletions", count - runs.waiting());
    merge(writer, "runs");
  }

  /** Merges all there is to merge of an archive; a damaged file keeps others from being merged. */
  static void merge(ArchiveWriter writer, String what) {
    try {
      while (writer.compact()) {
        LOG.debug("files of the archive of {} were merged", what);
      }
    } catch (LostFileException | CorruptFileException e) {
      LOG.error("the archive of {} grows, as files cannot be merged: {}", what, e.getMessage());
    }
  }

  private void dump() {
    if (lease.isHeld()) {
      index.dump(runs::position);
    } else {
      index.forgetDumped();
    }
    if (index.isFull()) { // those are not archived yet, or somebody else dumps them
      tryAt = nanos() + RETRY.toNanos();
    }
    dumpAt = nanos() + dumpEvery.toNanos();
  }

  private void checkpoint() {
    if (lease.isHeld()) {
      if (!checkpointer.make()) {
        tryAt = nanos() + RETRY.toNanos();
        return;
      }
      trimmer.trim(ports.timing().wall().instant());
    }
    checkpointAt = nanos() + checkpointEvery.toNanos();
  }

  private void sweep() {
    sweepAt = nanos() + SWEEP.toNanos();
    if (exports.get() == 0 && lease.isHeld()) {
      Instant now = ports.timing().wall().instant();
      tidy("runs", () -> writer.tidy(now, retention.runs()));
      tidy("logs", () -> logs.tidy(now, retention.logsAtMost()));
      index.tidy(now, retention.runs());
      index.look();
      sweeps.forEach(sweep -> sweep.sweep(now));
    }
  }

  private static void tidy(String what, BooleanSupplier tidying) {
    try {
      if (tidying.getAsBoolean()) {
        LOG.info("what was deleted or is too old was taken out of the archive of {}", what);
      }
    } catch (LostFileException | CorruptFileException e) {
      LOG.error("what was deleted stays in a file that cannot be read: {}", e.getMessage());
    }
  }

  /** What archives logs, to be turned by a thread of its own. */
  LogKeeper logs() {
    return logs;
  }

  private long nanos() {
    return ports.timing().nanos().getAsLong();
  }

  @Override
  public void close() {
    errands.close();
    runs.close();
    logs.close();
    lease.close();
  }
}
