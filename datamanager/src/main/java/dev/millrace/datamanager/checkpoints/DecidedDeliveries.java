package dev.millrace.datamanager.checkpoints;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.DeliveryCheckpoints.Start;
import dev.millrace.events.Delivery;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.entries.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the deliveries that have been decided, up to the first of each partition that has not:
 * whoever begins to read there misses none. On one thread.
 */
final class DecidedDeliveries {
  private static final Logger LOG = LoggerFactory.getLogger(DecidedDeliveries.class);
  private static final String TOPIC = Topics.INCOMING_DELIVERIES.name();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Bus bus;
  private final DeliveryCheckpoints checkpoints;
  private final Timing timing;
  private final int partitions;
  private final Map<Integer, Progress> byPartition = new HashMap<>();

  /** How far a partition is followed, and what its refs are there. */
  private static final class Progress {
    private final Map<RootGroup, Map<String, String>> refs = new HashMap<>();
    private long offset;

    Progress(Start start) {
      this.offset = start.offset();
      start.refs().forEach((root, its) -> refs.put(root, new HashMap<>(its)));
    }

    void apply(Delivery delivery) {
      RootGroup root = RootGroup.of(delivery.project());
      Map<String, String> its = refs.computeIfAbsent(root, _ -> new HashMap<>());
      if (delivery.after() == null) {
        its.remove(delivery.ref());
      } else {
        its.put(delivery.ref(), delivery.after());
      }
    }
  }

  /** Begins where the newest checkpoint ends. */
  DecidedDeliveries(Bus bus, DeliveryCheckpoints checkpoints, Timing timing) {
    this.bus = bus;
    this.checkpoints = checkpoints;
    this.timing = timing;
    this.partitions = bus.partitions(TOPIC);
  }

  /**
   * Goes on to the first delivery of each partition that these runs do not answer, or to the end.
   *
   * @param runs by partition of their ledger
   * @throws BusException if they cannot be read now; what was read counts
   */
  void follow(List<Runs> runs) {
    Map<TopicPartition, Long> ends = ends();
    if (ends.isEmpty()) {
      return;
    }
    try (Follower follower = bus.reader("decided-deliveries")) {
      ends.keySet().forEach(partition -> follower.assign(partition, progress(partition).offset));
      long deadline = timing.nanos().getAsLong() + PATIENCE.toNanos();
      Map<TopicPartition, Long> open = new HashMap<>(ends);
      while (!open.isEmpty()) {
        if (timing.nanos().getAsLong() - deadline > 0) {
          throw new BusException("the deliveries could not be read", null);
        }
        for (LogRecord record : follower.poll(WAIT)) {
          if (open.containsKey(record.source()) && !take(record, runs)) {
            follower.unassign(record.source());
            open.remove(record.source());
          }
        }
        open.entrySet().removeIf(each -> reached(follower, each.getKey(), each.getValue()));
      }
    } catch (OffsetOutOfRangeException e) {
      throw new BusException("the deliveries have changed while they were read", e);
    }
  }

  /** Those of the partitions in which there is something to read. */
  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      var partition = new TopicPartition(TOPIC, p);
      Extent extent = extent(partition);
      Progress progress =
          byPartition.computeIfAbsent(p, each -> new Progress(checkpoints.newest(each)));
      if (progress.offset < extent.start()) {
        LOG.error("{}: deliveries before {} are missing", partition, extent.start());
        progress.offset = extent.start();
      }
      if (progress.offset < extent.end()) {
        ends.put(partition, extent.end());
      }
    }
    return ends;
  }

  private boolean reached(Follower follower, TopicPartition partition, long end) {
    long position = follower.position(partition);
    if (position < end) {
      return false;
    }
    Progress progress = progress(partition);
    progress.offset = Math.max(progress.offset, position);
    follower.unassign(partition);
    return true;
  }

  private Progress progress(TopicPartition partition) {
    return Objects.requireNonNull(byPartition.get(partition.partition()));
  }

  /** Goes past the record if it is decided; tells whether it is. */
  private boolean take(LogRecord record, List<Runs> runs) {
    Progress progress = progress(record.source());
    try {
      Delivery delivery = Json.read(record.value(), Delivery.class);
      RootGroup root = RootGroup.of(delivery.project());
      if (Partitions.of(root.toString(), partitions) == record.source().partition()) {
        Runs its = runs.get(Partitions.of(root.toString(), runs.size()));
        if (its.root(root).lastDelivery() < record.offset()) {
          return false;
        }
        progress.apply(delivery);
      }
    } catch (UnreadableException e) {
      // Nobody can ever decide it: who reads deliveries has said so and gone on.
      LOG.debug("{} at {} is no delivery: {}", record.source(), record.offset(), e.getMessage());
    }
    progress.offset = record.offset() + 1;
    return true;
  }

  /** Adds up to where each partition was followed. */
  void addTo(SortedMap<String, Long> positions) {
    byPartition.forEach((p, at) -> positions.put(DeliveryCheckpoints.name(p), at.offset));
  }

  /** What a checkpoint keeps of that, by key. */
  Stream<Entry> entries() {
    return IntStream.range(0, partitions)
        .boxed()
        .flatMap(
            p -> {
              Progress at = byPartition.get(p);
              return at == null ? Stream.empty() : DeliveryCheckpoints.entries(p, at.refs).stream();
            });
  }

  private Extent extent(TopicPartition partition) {
    try {
      return bus.extent(partition)
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BusException("the broker does not tell what it has: " + e.getMessage(), e);
    }
  }
}
