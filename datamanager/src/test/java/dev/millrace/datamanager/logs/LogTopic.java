package dev.millrace.datamanager.logs;

import dev.millrace.bus.Appender;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** The topic of logs in memory, and stores that can be away. */
final class LogTopic implements AutoCloseable {
  static final Duration AGE = Duration.ofMinutes(1);
  static final long BYTES = 1 << 20;
  static final int PARTITIONS = 2;

  final AtomicInteger reads = new AtomicInteger();
  final MemoryTopics topics = new MemoryTopics(this::now);
  final MemoryBus bus = new MemoryBus(topics);
  volatile boolean away;
  volatile boolean awayForPieces;
  private final Path scratch;
  private final Appender appender;
  private final ObjectStore objects;
  private final MemoryCoordinationStore coordination = new MemoryCoordinationStore(this::nanos);
  private final AtomicInteger ids = new AtomicInteger();
  private Instant now = Instant.parse("2026-06-01T12:00:00Z");

  LogTopic(Path scratch) {
    this.scratch = scratch;
    this.objects = new Store();
    topics.create(Topics.TASK_LOGS.name(), PARTITIONS);
    this.appender = bus.appender("executor");
  }

  private final class Store extends ForwardingStore {
    Store() {
      super(new MemoryObjectStore(LogTopic.this::now));
    }

    @Override
    public InputStream read(String path, long offset, long length) {
      reads.incrementAndGet();
      if (away || awayForPieces) {
        throw new ObjectStoreException("away", null);
      }
      return super.read(path, offset, length);
    }

    @Override
    public InputStream read(String path) {
      if (away) {
        throw new ObjectStoreException("away", null);
      }
      return super.read(path);
    }
  }

  Instant now() {
    return now;
  }

  private long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  void later(Duration by) {
    now = now.plus(by);
  }

  String id() {
    return "o" + ids.incrementAndGet();
  }

  void append(LogChunk chunk) {
    append(chunk.attempt().run().toString(), LogChunk.write(chunk));
  }

  void append(byte[] value) {
    append("project/p1/7", value);
  }

  private void append(String run, byte[] value) {
    int p = Partitions.of(run, PARTITIONS);
    appender
        .append(new TopicPartition(Topics.TASK_LOGS.name(), p), run, value)
        .toCompletableFuture()
        .join();
  }

  int partition(AttemptRef attempt) {
    return Partitions.of(attempt.run().toString(), PARTITIONS);
  }

  /** As it is now. */
  LogArchive archive() {
    return LogArchive.open(objects, coordination, this::id);
  }

  LogArchiver archiver() {
    return archiver(bus, objects);
  }

  /** One whose process dies with the store. */
  LogArchiver archiver(DyingStore dying) {
    return archiver(bus, dying);
  }

  DyingStore dying() {
    return new DyingStore(objects);
  }

  /** One that finds the same archive and a topic without records. */
  LogArchiver emptied() {
    var anew = new MemoryTopics(this::now).create(Topics.TASK_LOGS.name(), PARTITIONS);
    return archiver(new MemoryBus(anew), objects);
  }

  private LogArchiver archiver(MemoryBus from, ObjectStore to) {
    var archive = LogArchive.open(to, coordination, this::id);
    return new LogArchiver(
        new LogArchiver.Settings(BYTES, AGE),
        from,
        archive,
        writer(archive, to),
        new Timing(this::now, this::nanos));
  }

  /** Deletes the file of this place among those that count. */
  void lose(int file) {
    objects.delete(archive().archive().files().get(file).path());
  }

  private void compact() {
    ArchiveWriter writer = writer(archive(), objects);
    while (writer.compact()) {
      // there may be more
    }
  }

  private ArchiveWriter writer(LogArchive archive, ObjectStore to) {
    var files = new EntryWriter(to, scratch, () -> LogArchive.FOLDER + id(), 1 << 20);
    return new ArchiveWriter(archive.archive(), to, files, 1 << 19, this::nanos);
  }

  /** Until all is archived that is on the topic, and what is to be merged is merged. */
  void archiveAll(LogArchiver archiver) {
    while (archiver.read(Duration.ZERO) || archiver.waiting() > 0) {
      if (archiver.isFull() || !archiver.read(Duration.ZERO)) {
        archiver.archive();
        compact();
      }
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
