package dev.millrace.storage.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An archive on stores in memory, and a process that reads, writes, and sweeps it. */
final class ArchiveWorld {
  static final String FOLDER = "entries/";
  static final EntryKey LOWEST = key(0);
  static final SortedMap<String, Long> START = Collections.emptySortedMap();

  final DyingStore objects = new DyingStore(new MemoryObjectStore(this::now));
  private final CoordinationStore coordination = new MemoryCoordinationStore(this::nanos);
  private final AtomicInteger ids = new AtomicInteger();
  private final Path scratch;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Archive archive;
  private ArchiveWriter writer;
  private Sweep sweep;

  /** An archive of nothing. */
  ArchiveWorld(Path scratch) {
    this.scratch = scratch;
    restart();
  }

  /** The process is another one from now on, whatever became of the one before. */
  void restart() {
    objects.dieAfter(Integer.MAX_VALUE, false);
    archive = open();
    writer = writerOf(archive);
    sweep = new Sweep(archive, objects, FOLDER);
  }

  Archive archive() {
    return archive;
  }

  ArchiveWriter writer() {
    return writer;
  }

  /** The archive as another process has it. */
  Archive open() {
    return Archive.open(objects, coordination, "archive", this::id);
  }

  ArchiveWriter writerOf(Archive of) {
    return writerOf(of, this::id);
  }

  /**
   * Another one who writes.
   *
   * @param paths asked whenever a file has been put together
   */
  ArchiveWriter writerOf(Archive of, Supplier<String> paths) {
    var files = new EntryWriter(objects, scratch, () -> FOLDER + paths.get(), 64 << 10);
    return new ArchiveWriter(of, objects, files, 32 << 10, this::nanos);
  }

  String id() {
    return "id" + ids.incrementAndGet();
  }

  Instant now() {
    return now;
  }

  long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  void passes(Duration time) {
    now = now.plus(time);
  }

  void add(long position, Change... changes) {
    SortedMap<String, Long> from = archive.positions();
    assertThat(writer.add(List.of(changes), from, at(position))).isTrue();
  }

  void delete(long position, EntryKey... deleted) {
    SortedMap<String, Long> from = archive.positions();
    assertThat(writer.add(List.of(), List.of(deleted), from, at(position))).isTrue();
  }

  void compactAll() {
    for (int i = 0; writer.compact(); i++) {
      assertThat(i).as("it comes to an end").isLessThan(100);
    }
  }

  void sweep() {
    sweep.sweep(now);
  }

  /** Of all files that are there. */
  List<String> paths() {
    try (var listed = objects.list(FOLDER, "")) {
      return listed.map(ObjectInfo::path).toList();
    }
  }

  /** Of the files that count. */
  List<String> counting() {
    return archive.files().stream().map(EntryFileInfo::path).toList();
  }

  static SortedMap<String, Long> at(long position) {
    return new TreeMap<>(Map.of("p", position));
  }

  static EntryKey key(int number) {
    return new EntryKey("run", "%06d".formatted(number));
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
