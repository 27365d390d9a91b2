package dev.millrace.runservice.logs;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.LogArchiver;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What archives the topic, by hand, into a store that can be away. */
final class StoredWorld implements AutoCloseable {
  final FailingStore objects;
  private final Bus bus;
  private final InstantSource clock;
  private final MemoryObjectStore memory;
  private final MemoryCoordinationStore coordination = new MemoryCoordinationStore(() -> 0);
  private final AtomicInteger ids = new AtomicInteger();
  private final Path scratch;
  private LogArchiver archiver;

  StoredWorld(Bus bus, InstantSource clock) {
    this.bus = bus;
    this.clock = clock;
    this.memory = new MemoryObjectStore(clock);
    this.objects = new FailingStore(memory);
    try {
      this.scratch = Files.createTempDirectory("logs-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.archiver = archiver();
  }

  private LogArchiver archiver() {
    var archive = LogArchive.open(objects, coordination, this::id);
    var files = new EntryWriter(objects, scratch, () -> LogArchive.FOLDER + id(), 1 << 20);
    var settings = new LogArchiver.Settings(1 << 20, Duration.ofDays(1));
    return LogArchiver.of(settings, bus, archive, objects, files, new Timing(clock, () -> 0));
  }

  private String id() {
    return "o" + ids.incrementAndGet();
  }

  StoredLogs stored() {
    return new StoredLogs(LogArchive.open(objects, coordination, this::id), coordination);
  }

  long position(int partition) {
    return LogArchive.open(memory, coordination, this::id).position(partition);
  }

  /** Archives all that is on the topic. */
  void archiveAll() {
    while (archiver.read(Duration.ZERO)) {
      archiver.archive();
    }
    archiver.archive();
  }

  /** Archives some; after so many changes of the store its process dies, and another begins. */
  void archiveUntilItDies(int changes) {
    objects.endAfter(changes);
    try {
      archiver.read(Duration.ZERO);
      archiver.archive();
    } catch (ObjectStoreException _) {
      archiver.close();
      archiver = archiver();
    } finally {
      objects.endAfter(Integer.MAX_VALUE);
    }
  }

  /** Deletes all files of entries. */
  void lose() {
    for (String path : paths()) {
      memory.delete(path);
    }
  }

  private List<String> paths() {
    try (Stream<ObjectInfo> files = memory.list(LogArchive.FOLDER, "")) {
      return files.map(ObjectInfo::path).toList();
    }
  }

  @Override
  public void close() {
    archiver.close();
    try {
      Files.delete(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
