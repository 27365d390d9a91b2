package dev.millrace.datamanager;

import dev.millrace.bus.Bus;
import dev.millrace.datamanager.DataManagerVerticle.Config;
import dev.millrace.datamanager.DataManagerVerticle.Ports;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.ArchiveSweep;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.EntryWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives, merges what was archived and removes what was merged, in turn. Of several, the one that
 * holds the lease does it; should two mean to, the manifest lets one through. On one thread.
 */
final class DataManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataManager.class);
  private static final String LEASE = "datamanager";
  private static final long WAITING = 256 << 20;
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofMinutes(10);

  private final Ports ports;
  private final String instance;
  private final RunArchiver runs;
  private final ArchiveWriter writer;
  private final ArchiveSweep sweep;
  private @Nullable Lease lease;
  private long tryAt;
  private long sweepAt;

  /** Reads where the archive stands. */
  DataManager(Config config, Ports ports, Bus bus) {
    this.ports = ports;
    this.instance = config.instance();
    EntryWriter.clear(config.scratch());
    var archive = RunArchive.open(ports.objects(), ports.coordination(), ports.ids());
    var files =
        new EntryWriter(
            ports.objects(),
            config.scratch(),
            () -> RunArchive.FOLDER + ports.ids().get(),
            EntryWriter.DEFAULT_SIZE);
    this.writer =
        new ArchiveWriter(
            archive.archive(),
            ports.objects(),
            files,
            EntryWriter.DEFAULT_SIZE / 2,
            ports.timing().nanos());
    this.sweep = new ArchiveSweep(archive.archive(), ports.objects(), RunArchive.FOLDER);
    var settings = new RunArchiver.Settings(config.runs(), config.age(), WAITING);
    this.runs = new RunArchiver(settings, bus, archive, writer, ports.timing(), ports.faults());
    long now = nanos();
    this.tryAt = now;
    this.sweepAt = now + SWEEP.toNanos();
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  void step(Duration wait) {
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
      if (nanos() - sweepAt >= 0) {
        sweep();
      }
    } catch (StorageException | UncheckedIOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.warn("cannot archive yet, {} runs wait: {}", runs.waiting(), e.getMessage());
      }
      tryAt = nanos() + RETRY.toNanos();
    }
  }

  private void archive() {
    if (!holdsLease()) {
      runs.forgetArchived();
      tryAt = nanos() + RETRY.toNanos();
      return;
    }
    int count = runs.waiting();
    runs.archive();
    LOG.info("archived {} runs", count - runs.waiting());
    merge();
  }

  private void merge() {
    try {
      while (writer.compact()) {
        LOG.debug("files of the archive of runs were merged");
      }
    } catch (LostFileException | CorruptFileException e) {
      LOG.error("the archive of runs grows, as files cannot be merged: {}", e.getMessage());
    }
  }

  private void sweep() {
    sweepAt = nanos() + SWEEP.toNanos();
    if (holdsLease()) {
      sweep.sweep(ports.timing().wall().instant());
    }
  }

  /** It is taken when there is something to do, and lapses while there is not. */
  private boolean holdsLease() {
    Lease held = lease;
    if (held == null || !held.keepAlive()) {
      held = ports.coordination().acquire(LEASE, instance, TTL).orElse(null);
      lease = held;
    }
    return held != null;
  }

  private long nanos() {
    return ports.timing().nanos().getAsLong();
  }

  @Override
  public void close() {
    runs.close();
    Lease held = lease;
    if (held != null) {
      try {
        held.close();
      } catch (CoordinationException e) {
        LOG.warn("the lease ends by itself: {}", e.getMessage());
      }
    }
  }
}
