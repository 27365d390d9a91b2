package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PosixObjectStoreTest implements ObjectStoreContract {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private final AtomicInteger ids = new AtomicInteger();
  @TempDir Path directory;
  private PosixObjectStore store;

  @BeforeEach
  void open() {
    store = open(directory.resolve("storage"));
  }

  private PosixObjectStore open(Path where) {
    return PosixObjectStore.open(where, () -> NOON, () -> "w" + ids.incrementAndGet());
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Test
  void nothingOfAWriteIsLeftBesideTheObject() throws Exception {
    write("a", "one");
    write("a", "two");
    store.writeIfAbsent("a", new ByteArrayInputStream(new byte[1]), 1, Durability.PERSISTED);
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(
            () -> store.write("b", new ByteArrayInputStream(new byte[1]), 2, Durability.BUFFERED));

    assertThat(files()).containsExactly("objects/a");
  }

  @Test
  void foldersGoWithTheirLastObject() throws Exception {
    write("a/b/c/d", "x");
    write("a/e", "x");
    store.delete("a/b/c/d");

    assertThat(files()).containsExactly("objects/a/e");
    try (var folders = Files.walk(directory.resolve("storage/objects"))) {
      assertThat(folders.filter(Files::isDirectory)).hasSize(2);
    }
  }

  @Test
  void onlyWhatWasLeftLongAgoIsRemovedAtTheNextStart() throws Exception {
    Path incoming = directory.resolve("storage/incoming");
    Path old = Files.writeString(incoming.resolve("old"), "half");
    Path young = Files.writeString(incoming.resolve("young"), "half");
    Files.setLastModifiedTime(old, FileTime.from(NOON.minus(Duration.ofDays(3))));
    Files.setLastModifiedTime(young, FileTime.from(NOON.minus(Duration.ofHours(1))));

    open(directory.resolve("storage"));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void anObjectIsNoFolder() {
    write("a", "x");

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> write("a/b", "x"))
        .withMessage(
            "cannot write a/b: its path is the folder of an object, or an object its folder");
    write("f/g", "x");
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> write("f", "x"))
        .withMessageStartingWith("cannot write f: its path is the folder of an object");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> open(file.resolve("below")))
        .withMessageStartingWith("cannot open the object storage in " + file.resolve("below"));
  }

  private void write(String path, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    store.write(path, new ByteArrayInputStream(bytes), bytes.length, Durability.BUFFERED);
  }

  private Stream<String> files() throws IOException {
    Path root = directory.resolve("storage");
    try (var all = Files.walk(root)) {
      return all
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .map(Path::toString)
          .toList()
          .stream();
    }
  }
}
