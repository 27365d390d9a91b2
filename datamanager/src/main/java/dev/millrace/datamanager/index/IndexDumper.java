package dev.millrace.datamanager.index;

import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunArchiver;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dumps the index of runs: hears of every run that ends or is deleted, and writes a row for each
 * once it is archived. Where the ledger does not tell any more what is missing in the dumps, or a
 * file of them is gone or damaged, they are made again from the archive. On one thread.
 */
public final class IndexDumper implements RunArchiver.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(IndexDumper.class);
  private static final int MANY = 10_000;

  private final RunArchive archive;
  private final IndexDumps dumps;
  private final ArchiveWriter writer;
  private final int partitions;
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean anew;

  /** What is to be dumped, or taken out of the dumps. */
  private sealed interface Waiting {
    int partition();

    long offset();
  }

  private record Ended(int partition, long offset, Change row) implements Waiting {}

  private record Deleted(int partition, long offset, EntryKey row) implements Waiting {}

  /**
   * Dumps nothing yet.
   *
   * @param checkpoints where the ledger can be read from
   * @param partitions of the ledger
   */
  public IndexDumper(
      RunArchive archive,
      IndexDumps dumps,
      ArchiveWriter writer,
      LedgerCheckpoints checkpoints,
      int partitions) {
    this.archive = archive;
    this.dumps = dumps;
    this.writer = writer;
    this.partitions = partitions;
    this.anew = isBehindAll(checkpoints.store().kept());
  }

  private boolean isBehindAll(List<Kept> checkpoints) {
    for (int p = 0; p < partitions; p++) {
      String name = LedgerCheckpoints.name(Ledgers.RUNS, p);
      long position = dumps.position(p);
      if (!checkpoints.isEmpty()
          && checkpoints.stream()
              .allMatch(each -> each.positions().getOrDefault(name, Long.MAX_VALUE) > position)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long heardBefore(int partition) {
    return anew ? Long.MAX_VALUE : dumps.position(partition);
  }

  @Override
  public void ended(int partition, long offset, Run run) {
    if (offset >= dumps.position(partition)) {
      waiting.add(new Ended(partition, offset, IndexDumps.row(run)));
    }
  }

  @Override
  public void deleted(int partition, long offset, RunId run) {
    if (offset >= dumps.position(partition)) {
      EntryKey key = IndexDumps.key(run);
      waiting.removeIf(each -> each instanceof Ended(_, _, var row) && row.key().equals(key));
      waiting.add(new Deleted(partition, offset, key));
    }
  }

  /** Whether so many rows wait that they should be dumped at once. */
  public boolean isFull() {
    return waiting.size() >= MANY;
  }

  /** What somebody else has dumped, or an earlier call, waits no longer. */
  public void forgetDumped() {
    dumps.refresh();
    waiting.removeIf(run -> run.offset() < dumps.position(run.partition()));
  }

  /**
   * Dumps what is new and archived, if anything is. If this throws, it may have been dumped all the
   * same; calling it again makes sure of that.
   *
   * @param read before which offset of each partition everything was heard here
   */
  public void dump(IntToLongFunction read) {
    archive.refresh();
    forgetDumped();
    if (anew || waiting.stream().anyMatch(run -> run.offset() < upTo(run.partition(), read))) {
      dumpAll(read);
    }
  }

  /** As {@link #dump}; then the dumps are where the archive is, also if nothing is new. */
  public void dumpAll(IntToLongFunction read) {
    archive.refresh();
    forgetDumped();
    try {
      if (anew) {
        makeAnew();
      } else {
        add(read);
      }
      forgetDumped();
      while (writer.compact()) {
        LOG.debug("dumps of the index of runs were merged");
      }
    } catch (LostFileException | CorruptFileException e) {
      // A replica that has lost its index reads the archive instead.
      LOG.error("the index of runs cannot be dumped: {}", e.getMessage());
      anew = true;
    }
  }

  private void add(IntToLongFunction read) {
    SortedMap<String, Long> from = dumps.archive().positions();
    SortedMap<String, Long> upTo = new TreeMap<>(from);
    for (int p = 0; p < partitions; p++) {
      upTo.merge(RunArchive.positionName(p), upTo(p, read), Math::max);
    }
    if (!upTo.equals(from)) {
      List<Change> rows = new ArrayList<>();
      List<EntryKey> deleted = new ArrayList<>();
      for (Waiting each : waiting) {
        if (each.offset() < upTo(each.partition(), read)) {
          switch (each) {
            case Ended run -> rows.add(run.row());
            case Deleted run -> deleted.add(run.row());
          }
        }
      }
      writer.add(rows, deleted, from, upTo);
    }
  }

  /** What is not archived yet may be lost with the ledger. */
  private long upTo(int partition, IntToLongFunction read) {
    return Math.min(archive.position(partition), read.applyAsLong(partition));
  }

  private void makeAnew() {
    RunArchive.All all =
        archive.all(why -> LOG.error("runs of the archive are in no dump: {}", why.getMessage()));
    SortedMap<String, Long> upTo = new TreeMap<>();
    for (int p = 0; p < partitions; p++) {
      upTo.put(RunArchive.positionName(p), all.position(p));
    }
    LOG.info("the dumps of the index of runs are made anew from the archive");
    try (var runs = all.runs()) {
      anew = !writer.replace(IndexDumps.rows(runs), dumps.archive().positions(), upTo);
    }
  }

  /** Takes out of the files what was deleted or is too old, once a day. */
  public void tidy(Instant now, @Nullable Duration retention) {
    try {
      boolean _ = writer.tidy(now, retention);
    } catch (LostFileException | CorruptFileException e) {
      LOG.error("the dumps of the index of runs are made anew: {}", e.getMessage());
      anew = true;
    }
  }

  /** Looks whether all files are there. */
  public void look() {
    for (EntryFileInfo lost : dumps.archive().lost()) {
      LOG.error("{} is missing: the dumps of the index of runs are made anew", lost.path());
      anew = true;
    }
  }
}
