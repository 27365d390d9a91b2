package dev.millrace.storage.archive;

import static dev.millrace.storage.archive.ArchiveWorld.at;
import static dev.millrace.storage.archive.ArchiveWorld.bytes;
import static dev.millrace.storage.archive.ArchiveWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several who write, merge, sweep, and read one archive, or die while they do. */
final class ArchiveRacesTest {
  @TempDir Path scratch;
  private ArchiveWorld world;

  @BeforeEach
  void setUp() {
    world = new ArchiveWorld(scratch);
  }

  @Test
  void aWriterThatWasOvertakenIsToldAndNothingOfItCounts() {
    Archive others = world.open();
    world.add(1, Change.of(key(1), bytes("mine")));

    assertThat(
            world
                .writerOf(others)
                .add(List.of(Change.of(key(1), bytes("late"))), ArchiveWorld.START, at(7)))
        .isFalse();
    assertThat(world.archive().find(key(1))).hasValue(bytes("mine"));
    assertThat(world.archive().positions()).isEqualTo(at(1));
  }

  @Test
  void aWriterThatIsOvertakenByAMergeStillAdds() {
    for (int i = 1; i <= 8; i++) {
      world.add(i, Change.of(key(i), bytes("value")));
    }
    var merging = new ArrayList<Boolean>();
    ArchiveWriter slow =
        world.writerOf(
            world.open(),
            () -> {
              merging.add(world.writer().compact()); // while the other one puts its file together
              return world.id();
            });

    assertThat(slow.add(List.of(Change.of(key(9), bytes("value"))), at(8), at(9))).isTrue();

    assertThat(merging).containsExactly(true);
    world.archive().refresh();
    assertThat(world.archive().files()).hasSize(2);
    for (int i = 1; i <= 9; i++) {
      assertThat(world.archive().find(key(i))).hasValue(bytes("value"));
    }
  }

  @Test
  void aWriterThatIsOvertakenDoesNotTryForEverWhereTheListingIsBehind() {
    Archive others = world.open();
    ObjectStore behind =
        new ForwardingStore(world.objects) {
          @Override
          public Stream<ObjectInfo> list(String prefix, String after) {
            return Stream.of();
          }
        };
    var mine =
        Archive.open(behind, new MemoryCoordinationStore(world::nanos), "archive", world::id);
    world
        .writerOf(others)
        .add(List.of(Change.of(key(1), bytes("first"))), ArchiveWorld.START, ArchiveWorld.START);

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(
            () ->
                world
                    .writerOf(mine)
                    .add(List.of(Change.of(key(1), bytes("late"))), ArchiveWorld.START, at(1)))
        .withMessageContaining("manifests/archive has a generation after 0");
  }

  @Test
  void ofTwoMergesAtOnceOneCountsAndTheFilesOfTheOtherGo() {
    for (int i = 1; i <= 8; i++) {
      world.add(i, Change.of(key(i), bytes("value")));
    }
    List<EntryFileInfo> before = world.archive().files();
    ArchiveWriter loser =
        world.writerOf(
            world.open(),
            () -> {
              world.writer().compact();
              return "loser";
            });

    loser.compact();

    world.archive().refresh();
    assertThat(world.archive().files()).hasSize(1);
    assertThat(world.paths())
        .doesNotContain(ArchiveWorld.FOLDER + "loser")
        .hasSize(1 + before.size());
    assertThat(world.archive().find(key(5))).hasValue(bytes("value"));
  }

  @Test
  void whoeverReadsWhatWasMergedGoesOnWithTheMergedFiles() {
    for (int i = 1; i <= 8; i++) {
      world.add(i, Change.of(key(i), bytes("value")));
    }
    Archive reader = world.open();
    assertThat(reader.find(key(1))).isPresent();
    world.compactAll();
    world.sweep();
    assertThat(world.paths()).as("they stay for a while").hasSize(9);
    world.passes(Sweep.GRACE);
    world.sweep();
    assertThat(world.paths()).hasSize(1);

    assertThat(reader.find(key(1))).hasValue(bytes("value"));
    assertThat(reader.find(key(8))).hasValue(bytes("value"));
  }

  @Test
  void whatADeadWriterLeftIsSweptAwayAfterAWhile() {
    world.add(1, Change.of(key(1), bytes("one")));
    world.objects.dieAfter(1, false); // the file is there, the generation is not
    assertThatExceptionOfType(DyingStore.Died.class)
        .isThrownBy(
            () -> world.writer().add(List.of(Change.of(key(2), bytes("two"))), at(1), at(2)));
    world.objects.dieAfter(Integer.MAX_VALUE, false);
    assertThat(world.paths()).hasSize(2);

    world.sweep();
    world.passes(Sweep.GRACE.minusSeconds(1));
    world.sweep();
    assertThat(world.paths()).hasSize(2);
    world.passes(Duration.ofSeconds(1));
    world.sweep();
    assertThat(world.paths()).containsExactlyInAnyOrderElementsOf(world.counting());
  }

  @Test
  void aWriterThatWasStalledWhileASweepWentByWritesItsFilesAnew() {
    world.add(1, Change.of(key(1), bytes("one")));
    List<String> made = new ArrayList<>();
    ArchiveWriter slow =
        world.writerOf(
            world.open(),
            () -> {
              made.add(world.id());
              return made.getLast();
            });
    world.sweep();
    stallBeforeTheNextGeneration(made);

    assertThat(slow.add(List.of(Change.of(key(2), bytes("two"))), at(1), at(2))).isTrue();

    world.archive().refresh();
    assertThat(world.archive().find(key(2))).hasValue(bytes("two"));
    assertThat(world.archive().lost()).isEmpty();
  }

  private void stallBeforeTheNextGeneration(List<String> made) {
    world.objects.beforeNextGeneration(
        () -> {
          assertThat(made).hasSize(1);
          world.sweep();
          world.passes(Sweep.GRACE);
          world.sweep();
          assertThat(world.paths())
              .as("it was swept away")
              .doesNotContain(ArchiveWorld.FOLDER + made.getFirst());
        });
  }

  @Test
  void aProcessThatDiesBetweenAnyTwoWritesLeavesTheArchiveAsItWasOrAsItShouldBe() {
    for (int i = 1; i <= 7; i++) {
      world.add(i, Change.of(key(i), bytes("value")));
    }
    int died = 0;
    for (int changes = 0; changes < 14; changes++) {
      boolean made = changes % 2 == 0;
      long position = world.archive().positions().getOrDefault("p", 0L);
      world.objects.dieAfter(changes / 2, made);
      try {
        var change = Change.of(key((int) position + 1), bytes("value"));
        world.writer().add(List.of(change), at(position), at(position + 1));
        world.compactAll();
        world.passes(Sweep.GRACE);
        world.sweep();
      } catch (DyingStore.Died _) {
        died++;
      }
      world.restart();
      long reached = world.archive().positions().getOrDefault("p", 0L);
      assertThat(reached).isBetween(position, position + 1);
      for (int i = 1; i <= position + 1; i++) {
        assertThat(world.archive().find(key(i)).isPresent())
            .as("%d of %d", i, reached)
            .isEqualTo(i <= reached);
      }
      assertThat(world.archive().lost()).isEmpty();
    }
    assertThat(died).isGreaterThan(5);
  }
}
