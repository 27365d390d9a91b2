package dev.millrace.storage.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.InterruptedStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two who write an archive at the same time, as none of the leases keeps them from doing: whatever
 * one does happens as a whole before any single call of the other to the object storage.
 */
final class InterleavingTest {
  private static final int FILES = 8;
  private static final String FOLDER = "entries/";

  @TempDir Path scratch;

  /** What somebody does with the archive. */
  private interface Work {
    void of(Writing process);
  }

  @Test
  void nothingIsLostWhateverOneDoesBetweenTwoCallsOfTheOther() {
    List<Work> works =
        List.of(Writing::add, Writing::merge, Writing::sweepTwice, Writing::addAndMerge);
    for (Work interrupted : works) {
      for (Work meanwhile : works) {
        assertThat(wrong(interrupted, meanwhile)).isEmpty();
      }
    }
  }

  @Test
  void aMergeThatDropsWhatWasAddedIsNoticed() {
    assertThat(wrong(Writing::mergeDroppingWhatWasAdded, Writing::add)).isNotEmpty();
  }

  @Test
  void aSweepWithoutGraceIsNoticed() {
    assertThat(wrong(Writing::add, Writing::sweepAtOnce)).isNotEmpty();
  }

  /** Before which calls it went wrong, and what was. */
  private List<String> wrong(Work interrupted, Work meanwhile) {
    List<String> wrong = new ArrayList<>();
    for (int call = 0; ; call++) {
      var world = new World();
      var one = new Writing(world, 1);
      var other = new Writing(world, 2);
      boolean came = one.interrupted(call, interrupted, () -> meanwhile.of(other));
      String found = world.wrong();
      if (found != null) {
        wrong.add("before call %d: %s".formatted(call, found));
      }
      if (!came) {
        assertThat(call).as("calls that were interrupted").isGreaterThan(3);
        return wrong;
      }
    }
  }

  /** What both see. */
  private final class World {
    final AtomicInteger ids = new AtomicInteger();
    final ObjectStore objects = new MemoryObjectStore(this::now);
    final CoordinationStore coordination = new MemoryCoordinationStore(this::nanos);
    final List<EntryKey> added = new ArrayList<>();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    World() {
      var before = new Writing(this, 0);
      IntStream.range(0, FILES).forEach(_ -> before.add());
    }

    Instant now() {
      return now;
    }

    long nanos() {
      return Duration.between(Instant.EPOCH, now).toNanos();
    }

    String id() {
      return "id" + ids.incrementAndGet();
    }

    /** Null if all that was added is there. */
    @Nullable String wrong() {
      try {
        Archive archive = open(objects);
        List<EntryKey> missing = added.stream().filter(key -> archive.find(key).isEmpty()).toList();
        return missing.isEmpty() ? null : missing + " are missing";
      } catch (StorageException e) {
        return e.getMessage();
      }
    }

    Archive open(ObjectStore by) {
      return Archive.open(by, coordination, "archive", this::id);
    }
  }

  /** One of the two. */
  private final class Writing {
    private final World world;
    private final String name;
    private final InterruptedStore objects;
    private final Archive archive;
    private final EntryWriter files;
    private final ArchiveWriter writer;
    private final Sweep sweep;

    Writing(World world, int number) {
      this.world = world;
      this.name = "p" + number;
      this.objects = new InterruptedStore(world.objects);
      this.archive = world.open(objects);
      this.files = new EntryWriter(objects, scratch, () -> FOLDER + world.id(), 64 << 10);
      this.writer = new ArchiveWriter(archive, objects, files, 32 << 10, world::nanos);
      this.sweep = new Sweep(archive, objects, FOLDER);
      sweep.sweep(world.now);
    }

    /**
     * @return whether there were so many calls
     */
    boolean interrupted(int call, Work work, Runnable meanwhile) {
      objects.before(call, meanwhile);
      work.of(this);
      return !objects.isAwaited();
    }

    void add() {
      archive.refresh();
      SortedMap<String, Long> from = archive.positions();
      SortedMap<String, Long> upTo = new TreeMap<>(from);
      upTo.merge(name, 1L, Long::sum);
      var key = new EntryKey("run", world.id());
      var change = Change.of(key, "value".getBytes(UTF_8));
      if (writer.add(List.of(change), from, upTo)) {
        world.added.add(key);
      }
    }

    void merge() {
      boolean _ = writer.compact();
    }

    void addAndMerge() {
      add();
      merge();
    }

    void sweepTwice() {
      sweep.sweep(world.now);
      world.now = world.now.plus(Sweep.GRACE);
      sweep.sweep(world.now);
    }

    void sweepAtOnce() {
      new Sweep(archive, objects, FOLDER, Duration.ZERO).sweep(world.now);
    }

    void mergeDroppingWhatWasAdded() {
      boolean _ =
          new ArchiveWriter(archive, objects, files, 32 << 10, world::nanos) {
            @Override
            @Nullable Contents replaced(
                Contents now, Contents read, List<EntryFileInfo> old, List<ArchivedFile> merged) {
              return now.files().contains(old.getFirst())
                  ? new Contents(
                      merged, now.positions(), now.erasures(), now.horizon(), now.tidied())
                  : null;
            }
          }.compact();
    }
  }
}
