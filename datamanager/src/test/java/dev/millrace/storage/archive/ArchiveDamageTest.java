package dev.millrace.storage.archive;

import static dev.millrace.storage.archive.ArchiveWorld.at;
import static dev.millrace.storage.archive.ArchiveWorld.bytes;
import static dev.millrace.storage.archive.ArchiveWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.Durability;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive of which files are gone or damaged. */
final class ArchiveDamageTest {
  @TempDir Path scratch;
  private ArchiveWorld world;

  @BeforeEach
  void setUp() {
    world = new ArchiveWorld(scratch);
  }

  @Test
  void aFileThatIsGoneIsNamedAndTheRestIsServed() {
    world.add(1, Change.of(key(1), bytes("one")), Change.of(key(2), bytes("two")));
    world.add(2, Change.of(key(3), bytes("three")));
    EntryFileInfo gone = world.archive().files().getFirst();
    world.restart();
    world.objects.delete(gone.path());

    assertThat(world.archive().lost()).containsExactly(gone);
    assertThatExceptionOfType(LostFileException.class)
        .isThrownBy(() -> world.archive().find(key(2)))
        .withMessage(
            "%s is missing, with 2 entries from run 000001 to run 000002".formatted(gone.path()));
    assertThat(world.archive().find(key(3))).hasValue(bytes("three"));
  }

  @Test
  void whateverFilesAreDamagedTheRestIsReadAndTheyAreNamed() throws IOException {
    byte[] large = new byte[40 << 10];
    new Random(1).nextBytes(large); // two of them fill a block
    world.add(1, Change.of(key(1), bytes("gone")));
    world.add(2, Change.of(key(2), bytes("index")));
    world.add(3, Change.of(key(3), large), Change.of(key(4), large), Change.of(key(5), large));
    world.add(4, Change.of(key(6), bytes("well")));
    List<EntryFileInfo> files = world.archive().files();
    world.objects.delete(files.get(0).path());
    damage(files.get(1), files.get(1).size() - 1);
    damage(files.get(2), 50 << 10);
    world.restart();
    List<Object> unreadable = new ArrayList<>();

    Archive.Rest rest =
        world.archive().rest(ArchiveWorld.LOWEST, why -> unreadable.add(why.getMessage()));
    List<EntryKey> read = new ArrayList<>();
    rest.entries().forEachRemaining(entry -> read.add(entry.key()));

    assertThat(read).containsExactly(key(3), key(4), key(6));
    assertThat(rest.positions()).isEqualTo(at(4));
    assertThat(unreadable)
        .hasSize(3)
        .satisfiesExactlyInAnyOrder(
            why -> assertThat(why).asString().startsWith(files.get(0).path() + " is missing"),
            why -> assertThat(why).asString().startsWith(files.get(1).path() + " is damaged"),
            why -> assertThat(why).asString().startsWith(files.get(2).path() + " is damaged"));
  }

  private void damage(EntryFileInfo file, long offset) throws IOException {
    byte[] body;
    try (var in = world.objects.read(file.path())) {
      body = in.readAllBytes();
    }
    body[(int) offset] ^= 1;
    world.objects.write(
        file.path(), new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
  }
}
