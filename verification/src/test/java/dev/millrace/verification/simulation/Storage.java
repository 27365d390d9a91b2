package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Timing;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The object storage, the keys of the coordination store, and local disks. Whoever works with it
 * lives so many times faster than those who write ledgers: hours of storage pass in a seed.
 */
final class Storage {
  private static final int FASTER = 600;
  private static final Path DISKS =
      Files.isWritable(Path.of("/dev/shm"))
          ? Path.of("/dev/shm")
          : Path.of(System.getProperty("java.io.tmpdir"));

  final World world;

  /** What is stored, whoever can reach it. */
  final MemoryObjectStore objects;

  final SimulatedKeys keys;
  private @Nullable Path disk;
  private long awayUntil = Long.MIN_VALUE;

  Storage(World world) {
    this.world = world;
    this.objects = new MemoryObjectStore(() -> wall(world.broker.time.now()));
    this.keys = new SimulatedKeys(this);
  }

  /** The store is away now and then. */
  void step() {
    keys.step();
    if (world.chaos.strikes(Fault.OBJECTS_AWAY)) {
      awayUntil = world.broker.time.nanos() + (100 + world.chaos.upTo(2_000)) * 1_000_000L;
    }
  }

  boolean isAway() {
    return awayUntil > world.broker.time.nanos() && !world.chaos.isOver();
  }

  /** The clocks of a process, as its datamanager sees them. */
  Timing timing(SimulatedProcess of) {
    var slow = of.timing();
    return new Timing(() -> wall(slow.wall().instant()), this::nanos);
  }

  /** The clock of the storage at this time of the broker. */
  static Instant wall(Instant time) {
    return VirtualTime.BEGINNING.plus(
        Duration.between(VirtualTime.BEGINNING, time).multipliedBy(FASTER));
  }

  /** The clock of the broker at this time of the storage. */
  static Instant brokerTime(Instant wall) {
    return VirtualTime.BEGINNING.plus(slower(Duration.between(VirtualTime.BEGINNING, wall)));
  }

  /** How long that takes by the clock of the broker. */
  static Duration slower(Duration ofStorage) {
    return ofStorage.dividedBy(FASTER);
  }

  long nanos() {
    return world.broker.time.nanos() * FASTER;
  }

  /** A folder of the local disk of a slot, which outlives its processes. */
  Path disk(String slot, String folder) {
    try {
      if (disk == null) {
        disk = Files.createTempDirectory(DISKS, "simulation-");
      }
      return Files.createDirectories(disk.resolve(slot).resolve(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything below the folder is lost. */
  static void erase(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The seed is over. */
  void close() {
    if (disk != null) {
      erase(disk);
    }
  }
}
