package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepositoryFolderTest {
  @TempDir private Path one;
  @TempDir private Path other;
  private MemoryCoordinationStore store = new MemoryCoordinationStore(System::nanoTime);

  @Test
  void theFirstFolderIsThatOfTheInstallationFromThenOn() throws Exception {
    assertThat(new RepositoryFolder(one).require(store, "a")).isEqualTo("a");
    assertThat(new RepositoryFolder(one).require(store, "b")).isEqualTo("a");
  }

  @Test
  void anotherFolderIsRefusedUntilSomebodySaysThatItIsTheOne() throws Exception {
    new RepositoryFolder(one).require(store, "a");
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> new RepositoryFolder(other).require(store, "b"))
        .withMessageContaining("in another folder than " + other)
        .withMessageContaining("write a into " + other);

    Files.writeString(other.resolve(".millrace-folder"), "a\n");
    assertThat(new RepositoryFolder(other).require(store, "b")).isEqualTo("a");
  }

  @Test
  void aFolderIsKnownAgainAfterTheCoordinationStoreWasEmptied() throws Exception {
    new RepositoryFolder(one).require(store, "a");
    store = new MemoryCoordinationStore(System::nanoTime);
    assertThat(new RepositoryFolder(one).require(store, "b")).isEqualTo("a");
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> new RepositoryFolder(other).require(store, "c"));
  }

  @Test
  void aFolderThatGotItsIdBeforeItsGatewayWasKilledIsTaken() throws Exception {
    Files.writeString(one.resolve(".millrace-folder"), "a\n");
    assertThat(new RepositoryFolder(one).require(store, "b")).isEqualTo("a");
  }
}
