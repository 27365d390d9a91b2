package dev.millrace.bus.ledger;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a ledger and its commands are those of the checkpoints that they are to be read
 * from (rule 11), and reads the ledger to its end. Nobody may be writing it. It changes nothing.
 */
public final class LedgerInspection<S, E> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Bus bus;
  private final LedgerKind<S, ?, E> kind;
  private final Timing timing;
  private final Starts<S> starts;
  private final Map<Integer, String> stopped = new ConcurrentHashMap<>();
  private final List<Extent> extents = new ArrayList<>();

  private LedgerInspection(Bus bus, LedgerKind<S, ?, E> kind, Timing timing, Starts<S> starts) {
    this.bus = bus;
    this.kind = kind;
    this.timing = timing;
    this.starts = starts;
  }

  /**
   * How each partition stands.
   *
   * @throws BusException if that cannot be found out now
   */
  public static <S, E> List<Standing<S>> of(
      Bus bus, LedgerKind<S, ?, E> kind, Timing timing, Starts<S> starts) {
    return new LedgerInspection<>(bus, kind, timing, starts).standings();
  }

  private List<Standing<S>> standings() {
    try (var ledger =
        new LedgerFollower<S, E>(
            bus, kind, "inspection", timing, LedgerSettings.DEFAULT, new Stops(), starts)) {
      for (int p = 0; p < ledger.partitions(); p++) {
        extents.add(extent(new TopicPartition(kind.events().name(), p)));
        findEndBeforeStart(p);
      }
      readToTheEnd(ledger);
      List<Standing<S>> all = new ArrayList<>();
      for (int p = 0; p < ledger.partitions(); p++) {
        String lost = stopped.get(p);
        Checkpoint<S> at = lost == null ? ledger.checkpoint(p) : starts.start(p);
        all.add(new Standing<>(at, lost, commandsLost(p, at.fold())));
      }
      return all;
    }
  }

  /** A reader at the very end would wait there for what comes next. */
  private void findEndBeforeStart(int partition) {
    long last = starts.start(partition).offset();
    Extent there = extents.get(partition);
    if (there.end() <= last) {
      stopped.put(partition, LedgerNode.lost(last, there));
    }
  }

  private void readToTheEnd(LedgerFollower<S, E> ledger) {
    long deadline = timing.nanos().getAsLong() + PATIENCE.toNanos();
    for (int p = 0; p < ledger.partitions(); p++) {
      while (!stopped.containsKey(p) && ledger.position(p) < extents.get(p).end()) {
        if (timing.nanos().getAsLong() - deadline > 0) {
          throw new BusException(
              "%s-%d cannot be read to its end".formatted(kind.events(), p), null);
        }
        ledger.step(WAIT);
      }
    }
  }

  private @Nullable String commandsLost(int p, Fold<S> fold) {
    var commands = new TopicPartition(kind.commands().name(), p);
    Extent there = extent(commands);
    long last = fold.command();
    if (last + 1 < there.start() || last + 1 > there.end()) {
      return "the command %d was decided last, and %s"
          .formatted(
              last,
              there.start() == there.end()
                  ? "there are none now"
                  : "there are only those from %d to %d now"
                      .formatted(there.start(), there.end() - 1));
    }
    if (last < 0) {
      return null;
    }
    if (last < there.start()) {
      return "the command that was decided last, %d, is not there".formatted(last);
    }
    return isThere(commands, fold)
        ? null
        : "another command is where the last one that was decided had been, at " + last;
  }

  private boolean isThere(TopicPartition commands, Fold<S> fold) {
    long deadline = timing.nanos().getAsLong() + PATIENCE.toNanos();
    var reader = bus.reader("inspection");
    try {
      reader.assign(commands, fold.command());
      while (timing.nanos().getAsLong() - deadline <= 0) {
        for (LogRecord record : reader.poll(WAIT)) {
          return record.offset() == fold.command()
              && Checkpoint.checksumOf(record.value()) == fold.checksum();
        }
      }
      throw new BusException("%s cannot be read".formatted(commands), null);
    } finally {
      reader.close();
    }
  }

  private Extent extent(TopicPartition partition) {
    try {
      return bus.extent(partition).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof BusException cause ? cause : e;
    }
  }

  private final class Stops implements FaultHandler {
    @Override
    public void stopped(String ledger, int partition, String why) {
      stopped.putIfAbsent(partition, why);
    }

    @Override
    public void broken(String where, Throwable cause) {
      throw new IllegalStateException(where + " cannot be read", cause);
    }
  }
}
