package dev.millrace.datamanager.checkpoints;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import dev.millrace.events.UnreadableException;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.checkpoints.Kept;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from Kafka what nobody needs any more and is old enough: records of ledgers, commands and
 * deliveries that the oldest of at least two checkpoints covers, all of which could be read, and
 * output of steps that is archived. The record that a checkpoint ends with stays, and the command
 * that was decided last, as whoever begins there looks whether they are the same. On one thread.
 */
public class Trimmer {
  private static final Logger LOG = LoggerFactory.getLogger(Trimmer.class);

  private final Bus bus;
  private final LedgerCheckpoints checkpoints;
  private final LogArchive logs;
  private final Duration retention;
  private final Set<Kept> whole = new HashSet<>();
  private int partitions; // of all topics, when those were looked at
  private final Map<TopicPartition, Long> trimmed = new HashMap<>();

  /**
   * Deletes nothing yet.
   *
   * @param retention how old a record has to be, by the broker's clock
   */
  public Trimmer(Bus bus, LedgerCheckpoints checkpoints, LogArchive logs, Duration retention) {
    this.bus = bus;
    this.checkpoints = checkpoints;
    this.logs = logs;
    this.retention = retention;
  }

  /** Deletes what may be deleted now. */
  public final void trim(Instant now) {
    for (int p = 0; p < bus.partitions(Topics.TASK_LOGS.name()); p++) {
      trim(Topics.TASK_LOGS, p, logs.position(p), now.minus(retention));
    }
    trimLedgers(now);
  }

  private void trimLedgers(Instant now) {
    checkpoints.store().refresh();
    List<Kept> kept = checkpoints.store().kept();
    whole.retainAll(kept);
    forgetIfThereAreMorePartitions();
    if (kept.size() < 2 || !kept.stream().allMatch(this::isWhole)) {
      return;
    }
    Instant before = now.minus(retention);
    try {
      trim(Ledgers.CONFIG, by(kept), before);
      trim(Ledgers.RUNS, by(kept), before);
      trimDeliveries(by(kept), before);
    } catch (UnreadableException e) { // partitions were added just now
      LOG.error("no more is deleted, as a checkpoint cannot be read: {}", e.getMessage());
    }
  }

  /** By which checkpoint it is deleted: the oldest. */
  protected Kept by(List<Kept> newestFirst) {
    return newestFirst.getLast();
  }

  /** Before which offset is deleted what a checkpoint covers up to there. */
  protected long upTo(TopicPartition partition, long covered) {
    return covered;
  }

  /** Nothing covers partitions that were added since. */
  private void forgetIfThereAreMorePartitions() {
    int now =
        Stream.of(Ledgers.CONFIG, Ledgers.RUNS)
            .mapToInt(kind -> bus.partitions(kind.events().name()))
            .sum();
    if (now != partitions) {
      whole.clear();
      partitions = now;
    }
  }

  private boolean isWhole(Kept kept) {
    if (!whole.contains(kept)) {
      try {
        read(kept, Ledgers.CONFIG);
        read(kept, Ledgers.RUNS);
        readDeliveries(kept);
        whole.add(kept);
      } catch (StorageException | UnreadableException e) {
        LOG.error("nothing is deleted, as a checkpoint cannot be read: {}", e.getMessage());
        return false;
      }
    }
    return true;
  }

  private void read(Kept kept, LedgerKind<?, ?, ?> kind) {
    for (int p = 0; p < bus.partitions(kind.events().name()); p++) {
      checkpoints.read(kept, kind, LedgerCheckpoints.name(kind, p));
    }
  }

  private void readDeliveries(Kept kept) {
    for (int p = 0; p < bus.partitions(Topics.INCOMING_DELIVERIES.name()); p++) {
      checkpoints.deliveries().read(kept, p);
    }
  }

  private void trimDeliveries(Kept oldest, Instant before) {
    for (int p = 0; p < bus.partitions(Topics.INCOMING_DELIVERIES.name()); p++) {
      trim(Topics.INCOMING_DELIVERIES, p, DeliveryCheckpoints.offset(oldest, p), before);
    }
  }

  private void trim(LedgerKind<?, ?, ?> kind, Kept oldest, Instant before) {
    for (int p = 0; p < bus.partitions(kind.events().name()); p++) {
      Checkpoint<?> at = checkpoints.read(oldest, kind, LedgerCheckpoints.name(kind, p));
      trim(kind.events(), p, at.offset(), before);
      trim(kind.commands(), p, at.fold().command(), before);
    }
  }

  private void trim(Topic topic, int p, long covered, Instant before) {
    var partition = new TopicPartition(topic.name(), p);
    long to = upTo(partition, covered);
    if (to <= trimmed.getOrDefault(partition, 0L)) {
      return;
    }
    Extent there = Awaited.of(bus.extent(partition));
    if (to > there.end()) {
      LOG.error(
          "nothing is deleted of {}, as it ends at {}, before {}", partition, there.end(), to);
      return;
    }
    long offset = Math.min(to, Awaited.of(bus.firstSince(partition, before)));
    if (offset > there.start()) {
      Awaited.of(bus.trim(partition, offset));
      LOG.debug("deleted what came before {} in {}", offset, partition);
    }
    trimmed.put(partition, offset);
  }
}
