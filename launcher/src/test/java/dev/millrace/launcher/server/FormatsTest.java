package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormatsTest {
  @TempDir Path folder;

  @Test
  void aDirectoryThatHasNoNumberYetGetsThatOfThisBuildAndKeepsIt() throws Exception {
    for (int start = 0; start < 2; start++) {
      DataDirectory.take(folder).close();
      assertThat(folder.resolve("format")).hasContent("1");
      Formats.check(folder);
    }
  }

  @Test
  void aNewerDirectoryIsRefusedAndLeftAsItIs() throws Exception {
    Files.writeString(folder.resolve("format"), "2\n");

    for (int start = 0; start < 2; start++) {
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> DataDirectory.take(folder))
          .withMessageStartingWith(
              "the data directory " + folder + " is of format 2, and this build")
          .withMessageContaining("knows formats up to 1 only: start the newer build");
    }
    assertThat(folder.resolve("format")).hasContent("2");
    assertThat(folder.resolve("pid")).doesNotExist();
    assertThatExceptionOfType(StartException.class).isThrownBy(() -> Formats.check(folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "one", "-1", "1.5", "99999999999", "\0\0"})
  void aNumberThatIsNoneIsNotGuessed(String text) throws Exception {
    Files.writeString(folder.resolve("format"), text);

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> DataDirectory.take(folder))
        .withMessageContaining("cannot be read from format");
  }

  @Test
  void bytesThatAreNoTextAreNotGuessedEither() throws Exception {
    Files.write(folder.resolve("format"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> DataDirectory.take(folder))
        .withMessageContaining("cannot be read from format");
  }

  @Test
  void anObjectStorageCarriesItsNumberLikewise() throws Exception {
    var coordination = new MemoryCoordinationStore(System::nanoTime);
    var objects = new MemoryObjectStore(Clock.systemUTC());
    Formats.check("bucket x", objects);
    Formats.bringUpToDate("bucket x", objects, coordination, "one");
    Formats.bringUpToDate("bucket x", objects, coordination, "one");
    assertThat(objects.read("format").readAllBytes()).isEqualTo("1\n".getBytes(UTF_8));

    byte[] newer = "3".getBytes(UTF_8);
    objects.write("format", new ByteArrayInputStream(newer), 1, Durability.PERSISTED);
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> Formats.bringUpToDate("bucket x", objects, coordination, "one"))
        .withMessageStartingWith("bucket x is of format 3");
  }

  @Test
  void whileAnotherServerBringsABucketUpToDateNobodyElseDoes() {
    var coordination = new MemoryCoordinationStore(System::nanoTime);
    assertThat(coordination.acquire("format", "other", Duration.ofMinutes(1))).isPresent();

    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(
            () ->
                Formats.bringUpToDate(
                    "bucket x", new MemoryObjectStore(Clock.systemUTC()), coordination, "one"))
        .withMessage("another server is bringing bucket x up to date: start this one once it has");
  }

  /** Dies before any of its writes: each step and each number. */
  @Test
  void whatWasCutOffAtAnyMomentIsDoneAgainFromThereAndNoStepIsLeftOut() throws Exception {
    for (int survives = 0; survives <= 6; survives++) {
      var dying = new Kept(survives);
      if (survives < 6) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> format(dying).bringUpToDate());
      }
      dying.left = Integer.MAX_VALUE;
      format(dying).bringUpToDate();
      assertThat(dying.number).isEqualTo("3");
      assertThat(dying.done).containsSubsequence("a", "b", "c").startsWith("a").endsWith("c");
      int times = dying.done.size();
      format(dying).bringUpToDate();
      assertThat(dying.done).as("nothing is left to do").hasSize(times);
    }
  }

  private static FormatVersion format(Kept kept) {
    return new FormatVersion(
        "it", kept, List.of(() -> kept.step("a"), () -> kept.step("b"), () -> kept.step("c")));
  }

  private static final class Kept implements FormatVersion.Store {
    final List<String> done = new ArrayList<>();
    String number = "0";
    int left;

    Kept(int left) {
      this.left = left;
    }

    @Override
    public Optional<String> read() {
      return Optional.of(number);
    }

    @Override
    public void write(String next) throws IOException {
      die();
      number = next;
    }

    void step(String name) throws IOException {
      die();
      done.add(name);
    }

    private void die() throws IOException {
      if (left-- == 0) {
        throw new IOException("the process ends here");
      }
    }
  }
}
