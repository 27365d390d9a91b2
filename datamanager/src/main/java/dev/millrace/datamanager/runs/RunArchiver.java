package dev.millrace.datamanager.runs;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.entries.EntryKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Archives runs that have ended: many at a time, as soon as there are so many or the first has
 * waited for so long. It follows the ledger from a checkpoint on and passes over what is archived
 * already. On one thread.
 */
public class RunArchiver implements AutoCloseable {
  private final Settings settings;
  private final Bus bus;
  private final RunArchive archive;
  private final ArchiveWriter writer;
  private final Timing timing;
  private final LedgerFollower<Runs, RunEvent> ledger;
  private final Listener listener;
  private final Consumer<List<RunEvent.OfEnded>> logs;
  private final List<Waiting> waiting = new ArrayList<>();
  private long bytes;
  private long oldest;

  /**
   * When runs are archived.
   *
   * @param runs as soon as so many have ended
   * @param age or the first of them so long ago
   * @param most how many bytes may wait; no more is read then until they are archived
   */
  public record Settings(int runs, Duration age, long most) {}

  /**
   * Hears of every run that has ended and of every deletion, archived or not, as far as the ledger
   * is read here.
   */
  public interface Listener {
    /** Before which offset of the partition nothing is new to it; the ledger may be read later. */
    long heardBefore(int partition);

    /** A run was ended by the decision at the offset. */
    void ended(int partition, long offset, Run run);

    /** A run that had ended was deleted by the decision at the offset. */
    void deleted(int partition, long offset, RunId run);
  }

  /** What a decision has ended, or deleted. */
  private sealed interface Waiting {
    int partition();

    long offset();
  }

  private record Ended(int partition, long offset, RunId id, Change change) implements Waiting {}

  private record Deleted(int partition, long offset, RunEvent.OfEnded event) implements Waiting {}

  /**
   * Reads nothing yet.
   *
   * @param reading follows the ledger from there on
   * @param checkpoints from which that can be
   * @param logs has to have forgotten the logs that these deletions are about when it returns; told
   *     again if the archive does not get to know of them
   */
  public RunArchiver(
      Settings settings,
      Bus bus,
      RunArchive archive,
      ArchiveWriter writer,
      Timing timing,
      Function<Starts<Runs>, LedgerFollower<Runs, RunEvent>> reading,
      Checkpoints checkpoints,
      Listener listener,
      Consumer<List<RunEvent.OfEnded>> logs) {
    this.listener = listener;
    this.logs = logs;
    this.settings = settings;
    this.bus = bus;
    this.archive = archive;
    this.writer = writer;
    this.timing = timing;
    this.ledger =
        reading.apply(
            p ->
                checkpoints.newest(
                    Ledgers.RUNS, p, Math.min(archive.position(p), listener.heardBefore(p))));
    var _ = ledger.subscribe(new Following());
  }

  /** Before which offset of the partition everything was read. */
  public long position(int partition) {
    return ledger.position(partition);
  }

  /** Reads what has come; if nothing has, waits at most so long for something. */
  public void read(Duration wait) {
    ledger.step(wait);
  }

  /** Lets a read that waits return at once. Any thread. */
  public void wakeup() {
    ledger.wakeup();
  }

  /**
   * Reads all that is on the ledger now, and archives when so much waits that it has to.
   *
   * @throws BusException if that is not done in time
   */
  public void readToTheEnd(Duration patience) {
    long deadline = timing.nanos().getAsLong() + patience.toNanos();
    for (int p = 0; p < ledger.partitions(); p++) {
      long end = Awaited.of(bus.extent(partition(p))).end();
      while (ledger.position(p) < end) {
        if (timing.nanos().getAsLong() - deadline > 0) {
          throw new BusException("%s could not be read to its end".formatted(partition(p)), null);
        }
        if (isFull()) {
          archive();
        }
        read(Duration.ofMillis(100));
      }
    }
  }

  private static TopicPartition partition(int partition) {
    return new TopicPartition(Ledgers.RUNS.events().name(), partition);
  }

  /** Whether so much waits that nothing more must be read. */
  public boolean isFull() {
    return bytes >= settings.most();
  }

  /** Nanoseconds until something has to be archived; 0 if it has; the largest if nothing waits. */
  public long idleFor() {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return waiting.size() >= settings.runs() || isFull()
        ? 0
        : Math.max(0, oldest + settings.age().toNanos() - timing.nanos().getAsLong());
  }

  /**
   * Archives all that waits. If this throws, it may be archived all the same; calling it again
   * makes sure of that.
   */
  public void archive() {
    forgetArchived();
    if (!waiting.isEmpty()) {
      add();
    }
  }

  private void add() {
    SortedMap<String, Long> from = archive.positions();
    SortedMap<String, Long> upTo = new TreeMap<>(from);
    for (int p = 0; p < ledger.partitions(); p++) {
      upTo.merge(RunArchive.positionName(p), ledger.position(p), Math::max);
    }
    List<RunEvent.OfEnded> deleted = of(Deleted.class).map(Deleted::event).toList();
    if (!deleted.isEmpty()) {
      logs.accept(deleted);
    }
    writer.add(changes(), deletions(), from, upTo);
    forgetArchived();
  }

  /** What is archived of all that waits: all of it. */
  protected List<Change> changes() {
    return of(Ended.class).map(Ended::change).toList();
  }

  /**
   * What is deleted from the archive: all runs of which that waits. Those that were deleted before
   * they were archived are not among the changes any more.
   */
  protected List<EntryKey> deletions() {
    return of(Deleted.class)
        .map(Deleted::event)
        .filter(RunEvent.RunDeleted.class::isInstance)
        .map(event -> RunArchive.key(event.run()))
        .toList();
  }

  private <T extends Waiting> Stream<T> of(Class<T> kind) {
    return waiting.stream().filter(kind::isInstance).map(kind::cast);
  }

  /**
   * As {@link #archive}; then all that was read is archived, also by what the archive says.
   *
   * @return false if somebody else was faster
   */
  public boolean archiveAll() {
    forgetArchived();
    if (!isArchived()) {
      add();
    }
    return isArchived();
  }

  private boolean isArchived() {
    return IntStream.range(0, ledger.partitions())
        .allMatch(p -> archive.position(p) >= ledger.position(p));
  }

  /** Whether all has been read that was there at the start. */
  public boolean isCaughtUp() {
    return ledger.caughtUp().toCompletableFuture().isDone();
  }

  /** Where each partition stands. */
  public List<Checkpoint<Runs>> checkpoints() {
    return IntStream.range(0, ledger.partitions()).mapToObj(ledger::checkpoint).toList();
  }

  /** What somebody else has archived, or an earlier call, waits no longer. */
  public void forgetArchived() {
    archive.refresh();
    waiting.removeIf(run -> run.offset() < archive.position(run.partition()));
    count();
    oldest = timing.nanos().getAsLong();
  }

  private void count() {
    bytes = of(Ended.class).mapToLong(run -> run.change().size()).sum();
  }

  /** How many runs and deletions wait. */
  public int waiting() {
    return waiting.size();
  }

  @Override
  public void close() {
    ledger.close();
  }

  private final class Following implements LedgerView.Listener<Runs, RunEvent> {
    @Override
    public void folding(int partition, long n, Runs state) {}

    @Override
    public void accepted(
        int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
      for (Run run : RunEvolve.ended(after, decision.events())) {
        listener.ended(partition, offset, run);
        if (isNew(partition, offset)) {
          Change change = RunArchive.change(run);
          add(new Ended(partition, offset, run.id(), change));
          bytes += change.size();
        }
      }
      for (RunEvent event : decision.events()) {
        if (event instanceof RunEvent.RunDeleted(RunId run)) {
          listener.deleted(partition, offset, run);
        }
        if (event instanceof RunEvent.OfEnded deleted && isNew(partition, offset)) {
          delete(new Deleted(partition, offset, deleted));
        }
      }
    }

    private boolean isNew(int partition, long offset) {
      return offset >= archive.position(partition);
    }

    private void delete(Deleted deleted) {
      if (deleted.event() instanceof RunEvent.RunDeleted(RunId id)) {
        waiting.removeIf(each -> each instanceof Ended run && run.id().equals(id));
        count();
      }
      add(deleted);
    }

    private void add(Waiting one) {
      if (waiting.isEmpty()) {
        oldest = timing.nanos().getAsLong();
      }
      waiting.add(one);
    }
  }
}
