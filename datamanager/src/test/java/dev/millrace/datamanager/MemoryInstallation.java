package dev.millrace.datamanager;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that datamanagers work with, in memory and at one clock, which stands at {@link
 * Instant#EPOCH} until it is told to go on; what is chosen for them; and what they have stored.
 */
public final class MemoryInstallation implements AutoCloseable {
  public static final int MANY = 10;
  public static final Duration AGE = Duration.ofMinutes(1);
  public static final Duration RETENTION = Duration.ofHours(1);

  /** Longer than any test. */
  private static final Duration NEVER = Duration.ofDays(1_000);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger ids = new AtomicInteger();
  public final MemoryTopics topics;
  public final MemoryBus bus;
  public final MemoryObjectStore objects = new MemoryObjectStore(this::now);
  public final MemoryCoordinationStore coordination = new MemoryCoordinationStore(nanos::get);

  // What is chosen for the next datamanager: a test says what it needs otherwise.
  public int runs = MANY;
  public Duration age = AGE;
  public Duration checkpointEvery = NEVER;
  public Duration dumpEvery = NEVER;
  public Retention retention = Retention.ofEvents(RETENTION);

  public MemoryInstallation(int partitions) {
    topics = emptyTopics(partitions);
    bus = new MemoryBus(topics);
  }

  /** All topics once more, at the same clock. */
  public MemoryTopics emptyTopics(int partitions) {
    var made = new MemoryTopics(this::now);
    Topics.all().forEach(topic -> made.create(topic.name(), partitions));
    return made;
  }

  public Instant now() {
    return Instant.ofEpochSecond(0, nanos.get());
  }

  /** Time goes on. */
  public void later(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  public Timing timing() {
    return new Timing(this::now, nanos::get);
  }

  /** One that nothing has yet. */
  public String id() {
    return "o" + ids.incrementAndGet();
  }

  /** For one more datamanager. */
  public DataManagerVerticle.Config config(Path scratch) {
    return new DataManagerVerticle.Config(
        id(), scratch, runs, age, 1 << 20, checkpointEvery, dumpEvery, retention);
  }

  public DataManagerVerticle.Ports ports() {
    return ports(bus, objects);
  }

  /** With another bus or store, as one that dies at times. */
  public DataManagerVerticle.Ports ports(Bus bus, ObjectStore objects) {
    return new DataManagerVerticle.Ports(
        bus,
        objects,
        coordination,
        timing(),
        this::id,
        new SimpleMeterRegistry(),
        new ThrowingFaults());
  }

  /** One that works when it is told to. */
  DataManager manager(Path scratch, ObjectStore store) {
    return new DataManager(config(scratch), ports(bus, store), bus);
  }

  public RunArchive archive() {
    return RunArchive.open(objects, coordination, this::id);
  }

  public LedgerCheckpoints checkpoints() {
    return LedgerCheckpoints.open(objects, coordination, this::id);
  }

  /** All runs in the archive. */
  public Map<RunId, Run> archived() {
    return archived(archive());
  }

  /** All runs in an archive, of which every file can be read. */
  public static Map<RunId, Run> archived(RunArchive archive) {
    try (Stream<Run> all =
        archive
            .all(
                why -> {
                  throw why;
                })
            .runs()) {
      return all.collect(Collectors.toMap(Run::id, run -> run));
    }
  }

  /** The paths of the objects in a folder; "" for all. */
  public static List<String> paths(ObjectStore objects, String folder) {
    try (Stream<ObjectInfo> all = objects.list(folder, "")) {
      return all.map(ObjectInfo::path).toList();
    }
  }

  /** Until it has read all and done what is due. */
  static void steps(DataManager manager) {
    for (int i = 0; i < 20; i++) {
      manager.step(Duration.ZERO);
      manager.logs().step(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
