package dev.millrace.datamanager.logs;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.RunEvent;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives what is on {@code task-logs}: much at a time, as soon as so many bytes wait or the first
 * of them has waited for so long. It knows nothing of runs: the output of every incarnation is
 * kept, and readers know which one counts. What waits is lost with the process, and read again from
 * where the archive says that it ends. On one thread.
 */
public final class LogArchiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogArchiver.class);
  private static final int STEPS_REMEMBERED = 10_000;
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration TO_THE_END = Duration.ofMinutes(2);
  private static final int WEIGHT = 200; // of what is kept beside the bytes of a chunk

  private final Settings settings;
  private final Bus bus;
  private final LogArchive archive;
  private final ArchiveWriter writer;
  private final Timing timing;
  private final Follower follower;
  private final LinkedHashMap<StepKey, WaitingOutput> steps =
      new LinkedHashMap<>(16, 0.75f, true); // by last use
  private final Deque<LogRecord> unread = new ArrayDeque<>();
  private final long[] next;
  private @Nullable SortedMap<String, Long> from; // null: to be started anew
  private long bytes;
  private long oldest;

  /**
   * When output is archived.
   *
   * @param bytes as soon as so many wait; no more is read then until they are archived
   * @param age or the first of them came so long ago
   */
  public record Settings(long bytes, Duration age) {}

  /**
   * One that is driven by hand. It has read nothing yet.
   *
   * @param files where it writes, below {@link LogArchive#FOLDER}
   */
  public static LogArchiver of(
      Settings settings,
      Bus bus,
      LogArchive archive,
      ObjectStore objects,
      EntryWriter files,
      Timing timing) {
    var writer =
        new ArchiveWriter(
            archive.archive(), objects, files, EntryWriter.DEFAULT_SIZE / 2, timing.nanos());
    return new LogArchiver(settings, bus, archive, writer, timing);
  }

  /**
   * Reads nothing yet.
   *
   * @param writer adds to the archive
   */
  public LogArchiver(
      Settings settings, Bus bus, LogArchive archive, ArchiveWriter writer, Timing timing) {
    this.settings = settings;
    this.bus = bus;
    this.archive = archive;
    this.writer = writer;
    this.timing = timing;
    this.next = new long[bus.partitions(Topics.TASK_LOGS.name())];
    this.follower = bus.steadyFollower("log-archiver");
  }

  /**
   * Reads what has come; if nothing has, waits at most so long for something. If it fails, what was
   * not taken is taken by the next call.
   *
   * @return whether there was anything
   * @throws dev.millrace.storage.StorageException if the archive cannot tell how far a step is in
   *     it
   */
  public boolean read(Duration wait) {
    if (from == null) {
      start();
    }
    if (unread.isEmpty()) {
      poll(wait);
    }
    boolean any = !unread.isEmpty();
    while (!unread.isEmpty() && !isFull()) {
      take(unread.element());
      LogRecord taken = unread.remove();
      next[taken.source().partition()] = taken.offset() + 1;
    }
    return any;
  }

  /** Lets a read that waits return at once. Any thread. */
  public void wakeup() {
    follower.wakeup();
  }

  /**
   * Archives all that is on the topic now.
   *
   * @throws BusException if that is not done in time
   */
  public void archiveToTheEnd(Duration patience) {
    long deadline = timing.nanos().getAsLong() + patience.toNanos();
    for (int p = 0; p < next.length; p++) {
      var partition = new TopicPartition(Topics.TASK_LOGS.name(), p);
      long end = Awaited.of(bus.extent(partition)).end();
      while (from == null || next[p] < end) {
        if (timing.nanos().getAsLong() - deadline > 0) {
          throw new BusException("%s could not be read to its end".formatted(partition), null);
        }
        if (isFull()) {
          archive();
        }
        boolean _ = read(SOON);
      }
    }
    archive();
    if (from == null) { // another one was faster, and has archived some of it
      archiveToTheEnd(Duration.ofNanos(deadline - timing.nanos().getAsLong()));
    }
  }

  private void poll(Duration wait) {
    try {
      unread.addAll(follower.poll(wait));
    } catch (OffsetOutOfRangeException e) {
      forgetWaiting(); // another one may have archived that, and deleted it
      throw e;
    }
  }

  private void take(LogRecord record) {
    LogChunk chunk = chunk(record);
    if (chunk == null || chunk.bytes().length == 0) {
      return;
    }
    int taken = step(StepKey.of(chunk)).take(chunk, record.appendedAt());
    if (taken > 0) {
      if (bytes == 0) {
        oldest = timing.nanos().getAsLong();
      }
      bytes += taken + WEIGHT;
    }
  }

  /** What can be archived of it; null if nothing can, which no executor has written. */
  private static @Nullable LogChunk chunk(LogRecord record) {
    try {
      LogChunk chunk = LogChunk.read(record.value());
      return chunk.position() >= 0
              && chunk.position() <= Long.MAX_VALUE - chunk.bytes().length
              && LogKeys.isPossible(StepKey.of(chunk))
          ? chunk
          : null;
    } catch (UnreadableException e) {
      LOG.debug("{} offset {}: {}", record.source(), record.offset(), e.getMessage());
      return null;
    }
  }

  private WaitingOutput step(StepKey key) {
    WaitingOutput known = steps.get(key);
    if (known == null) {
      known = new WaitingOutput(key, archive.lastReadable(key).orElse(null));
      steps.put(key, known);
      forgetOldest();
    }
    return known;
  }

  /** Whether so much waits that nothing more must be read. */
  public boolean isFull() {
    return bytes >= settings.bytes();
  }

  /** Nanoseconds until something has to be archived; 0 if it has; the largest if nothing waits. */
  public long idleFor() {
    if (bytes == 0) {
      return Long.MAX_VALUE;
    }
    return isFull()
        ? 0
        : Math.max(0, oldest + settings.age().toNanos() - timing.nanos().getAsLong());
  }

  /** How many bytes wait, more or less. */
  public long waiting() {
    return bytes;
  }

  /**
   * Archives all that waits. If this throws, it may be archived all the same; calling it again
   * makes sure of that.
   */
  public void archive() {
    SortedMap<String, Long> start = from;
    if (start == null) {
      return;
    }
    List<Change> changes = steps.values().stream().flatMap(WaitingOutput::changes).toList();
    SortedMap<String, Long> upTo = upTo(start);
    if (!writer.add(changes, start, upTo)) {
      forgetWaiting(); // another one was faster, or an earlier call was heard
      return;
    }
    LOG.debug("archived {} pieces of logs", changes.size());
    from = archive.positions();
    bytes = 0;
    steps.values().forEach(WaitingOutput::archived);
    forgetOldest();
  }

  /**
   * Archives all that was written before this was called, and forgets what these deletions are
   * about. If this throws, calling it again is no harm.
   */
  public void delete(List<RunEvent.OfEnded> deletions) {
    List<Change> notes =
        deletions.stream()
            .flatMap(each -> LogArchive.note(each, timing.wall().instant()).stream())
            .toList();
    List<EntryKey> deleted = deletions.stream().flatMap(LogArchive::deleted).toList();
    do {
      archiveToTheEnd(TO_THE_END);
      archive.refresh();
    } while (!writer.add(unique(notes), deleted, archive.positions(), archive.positions()));
    from = archive.positions();
  }

  /** Of several that say the same, one. */
  private static List<Change> unique(List<Change> notes) {
    Map<EntryKey, Change> byKey = new LinkedHashMap<>();
    notes.forEach(note -> byKey.put(note.key(), note));
    return List.copyOf(byKey.values());
  }

  /** What is archived of a step is found again when it goes on. */
  private void forgetOldest() {
    while (steps.size() > STEPS_REMEMBERED && bytes == 0) {
      steps.pollFirstEntry();
    }
  }

  private SortedMap<String, Long> upTo(SortedMap<String, Long> start) {
    SortedMap<String, Long> upTo = new TreeMap<>(start);
    for (int p = 0; p < next.length; p++) {
      upTo.merge(LogArchive.positionName(p), next[p], Math::max);
    }
    return upTo;
  }

  /** Lets go what waits; it is read again from where the archive ends by then. */
  public void forgetWaiting() {
    from = null;
    bytes = 0;
    steps.clear();
    unread.clear();
  }

  private void start() {
    archive.refresh();
    for (int p = 0; p < next.length; p++) {
      var partition = new TopicPartition(Topics.TASK_LOGS.name(), p);
      next[p] = start(partition, archive.position(p), Awaited.of(bus.extent(partition)));
      follower.assign(partition, next[p]);
    }
    from = archive.positions();
  }

  private static long start(TopicPartition partition, long archived, Extent there) {
    if (archived > there.end()) {
      throw new BusException(
          "%s ends at %d and is archived up to %d: it is not the one that was archived"
              .formatted(partition, there.end(), archived),
          null);
    }
    if (archived < there.start()) {
      LOG.error(
          "{} begins at {} and is archived up to {}: what was in between is lost",
          partition,
          there.start(),
          archived);
    }
    return Math.max(archived, there.start());
  }

  @Override
  public void close() {
    follower.close();
  }
}
