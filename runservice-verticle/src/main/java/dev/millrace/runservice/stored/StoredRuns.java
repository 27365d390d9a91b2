package dev.millrace.runservice.stored;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.index.IndexedRuns;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.RunStore;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.index.IndexedRun.Place;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.index.RunIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds runs that are archived: one by its id, many by the index. If the index is lost or damaged
 * it is made again from its newest whole dump, or from the archive if there is none. Any thread;
 * calls block.
 */
public final class StoredRuns implements RunStore, StoredList, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredRuns.class);

  private final RunArchive archive;
  private final IndexDumps dumps;
  private final Path folder;
  private final RunIndex index;
  private final int partitions;
  private boolean broken; // whether a change of the index has failed
  private Instant dropped = Instant.EPOCH; // what ended before is not in the index

  private StoredRuns(
      RunArchive archive, IndexDumps dumps, Path folder, RunIndex index, int partitions) {
    this.archive = archive;
    this.dumps = dumps;
    this.folder = folder;
    this.index = index;
    this.partitions = partitions;
  }

  /**
   * Opens the index in the folder, which is for this process alone.
   *
   * @param partitions of the ledger
   */
  public static StoredRuns open(RunArchive archive, IndexDumps dumps, Path folder, int partitions) {
    var stored = new StoredRuns(archive, dumps, folder, openIndex(folder), partitions);
    if (stored.index.positions().isEmpty()) {
      stored.restore();
    }
    return stored;
  }

  private static RunIndex openIndex(Path folder) {
    try {
      return RunIndex.open(folder);
    } catch (UncheckedIOException e) {
      remove(folder, e);
      return RunIndex.open(folder);
    }
  }

  private static void remove(Path folder, UncheckedIOException why) {
    LOG.warn("{}; it is made again", why.getMessage());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what is in " + folder, e);
    }
  }

  /** What came after the dump the ledger tells; see {@link #starts}. */
  private void restore() {
    var upTo = dumps.restore(index);
    if (upTo.isPresent()) {
      long[] positions = new long[partitions];
      Arrays.setAll(positions, p -> upTo.get().getOrDefault(p, 0L));
      commit(positions);
      LOG.info("the index of runs was restored from its dump: {} runs", index.size());
    } else {
      fill();
    }
  }

  private void fill() {
    boolean _ = fill(index, archive, partitions);
  }

  /**
   * Adds all that is archived and can be read to an index that is empty.
   *
   * @return whether all could be read
   */
  static boolean fill(RunIndex index, RunArchive archive, int partitions) {
    var unreadable = new AtomicBoolean();
    RunArchive.All all =
        archive.all(
            why -> {
              unreadable.set(true);
              LOG.error("runs of the archive are not listed: {}", why.getMessage());
            });
    index.addAll(all.runs().iterator(), IndexedRuns::of);
    long[] upTo = new long[partitions];
    Arrays.setAll(upTo, all::position);
    commit(index, upTo);
    return !unreadable.get();
  }

  /** Hears of what was archived before now, and mends the index if a change of it has failed. */
  void refresh() {
    archive.refresh();
    if (broken) {
      mend();
      broken = false;
    }
  }

  /** The ledger has been read on meanwhile, so the dump may be too old: the archive is not. */
  private void mend() {
    dropped = Instant.EPOCH;
    try {
      index.rollback();
    } catch (UncheckedIOException e) {
      remove(folder, e);
      index.rollback();
    }
    if (index.positions().isEmpty()) {
      fill();
    }
  }

  /**
   * Where the ledger is to be read from, so that all runs are in the index or heard of: at a
   * checkpoint that is not ahead of the index. If all are, the index is made anew.
   */
  public Starts<Runs> starts(Checkpoints checkpoints) {
    List<Checkpoint<Runs>> starts = notAhead(checkpoints);
    if (isBehindAll(starts, checkpoints)) {
      LOG.info("the index of runs is older than all checkpoints: it is made anew");
      index.deleteAll();
      restore();
      starts = notAhead(checkpoints);
    }
    if (isBehindAll(starts, checkpoints)) {
      LOG.info("so is its dump: it is filled from the archive");
      index.deleteAll();
      fill();
      starts = notAhead(checkpoints);
    }
    return starts::get;
  }

  private List<Checkpoint<Runs>> notAhead(Checkpoints checkpoints) {
    return IntStream.range(0, partitions)
        .mapToObj(p -> checkpoints.newest(Ledgers.RUNS, p, indexed(p)))
        .toList();
  }

  private static boolean isBehindAll(List<Checkpoint<Runs>> starts, Checkpoints checkpoints) {
    return IntStream.range(0, starts.size())
        .anyMatch(
            p ->
                starts.get(p).offset() < 0
                    && checkpoints.newest(Ledgers.RUNS).start(p).offset() >= 0);
  }

  /** The key in the coordination store that changes whenever something was archived. */
  String pointer() {
    return archive.pointer();
  }

  /** Before which offset of the partition all runs that had ended are archived. */
  long archived(int partition) {
    return archive.position(partition);
  }

  @Override
  public long indexed(int partition) {
    return index.foundPositions().getOrDefault(name(partition), 0L);
  }

  /**
   * Adds runs to the index. If this throws, they are to be added again after a {@link #refresh}.
   *
   * @param upTo before which offset of each partition all runs that had ended are in it then
   */
  void index(List<Run> runs, long[] upTo) {
    broken = true;
    runs.forEach(run -> index.add(IndexedRuns.of(run)));
    commit(upTo);
    broken = false;
  }

  /**
   * Takes runs out of the index, some of which may not be in it; it lasts from {@link #index} on.
   */
  void drop(List<RunId> deleted) {
    if (!deleted.isEmpty()) {
      broken = true;
      deleted.forEach(run -> index.delete("/" + run.root(), run.number()));
      index.refresh();
      broken = false;
    }
  }

  /** Takes out of the index what has expired in the archive. */
  void dropExpired() {
    Instant horizon = archive.horizon().orElse(dropped);
    if (horizon.isAfter(dropped)) {
      broken = true;
      index.deleteEndedBefore(horizon);
      index.refresh();
      broken = false;
      dropped = horizon;
    }
  }

  private void commit(long[] upTo) {
    commit(index, upTo);
  }

  private static void commit(RunIndex index, long[] upTo) {
    Map<String, Long> positions = new TreeMap<>();
    for (int p = 0; p < upTo.length; p++) {
      positions.put(name(p), upTo[p]);
    }
    index.commit(positions);
    index.refresh();
  }

  private static String name(int partition) {
    return Integer.toString(partition);
  }

  @Override
  public Run find(RunId id) {
    try {
      return archive
          .find(id)
          .orElseThrow(() -> gone("run %s was deleted, or is too old".formatted(id)));
    } catch (LostFileException | CorruptFileException e) {
      throw gone("run %s cannot be read: %s".formatted(id, e.getMessage()));
    } catch (StorageException e) {
      LOG.warn("run {} cannot be read: {}", id, e.getMessage());
      throw new ProblemException(
          Problem.of(503, "try-later", "run %s cannot be read at the moment".formatted(id)));
    }
  }

  private static ProblemException gone(String message) {
    return new ProblemException(Problem.of(410, "gone", message));
  }

  /** How many runs are in the index. */
  public long size() {
    return index.size();
  }

  @Override
  public Counted counts(RunFilter filter, Collection<RunId> except) {
    Map<String, Set<Long>> numbers =
        except.stream()
            .collect(groupingBy(run -> "/" + run.root(), mapping(RunId::number, toSet())));
    RunIndex.Counted counted = index.counts(filter, numbers);
    return new Counted(counted.counts(), p -> counted.positions().getOrDefault(name(p), 0L));
  }

  @Override
  public List<Listed> list(RunFilter filter, @Nullable Place after, int limit) {
    return index.find(filter, after, limit).runs().stream().map(Listed::of).toList();
  }

  @Override
  public void close() {
    index.close();
  }
}
