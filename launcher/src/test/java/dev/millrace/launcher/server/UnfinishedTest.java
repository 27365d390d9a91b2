package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnfinishedTest {
  @TempDir private Path data;

  @Test
  void aFolderInWhichOnlyProcessesLeftSomethingIsEmpty() throws IOException {
    assertThat(Unfinished.isEmpty(data.resolve("not-there"))).isTrue();
    Files.writeString(Files.createDirectory(data.resolve("log")).resolve("import.log"), "x");
    Files.createDirectory(data.resolve("kafka"));
    assertThat(Unfinished.isEmpty(data)).isTrue();
  }

  @Test
  void whatJGitLeavesOfItsLookAtTheClockIsNoRepository() throws IOException {
    Path repositories = Files.createDirectory(data.resolve("repositories"));
    Files.createFile(repositories.resolve(".probe-fc7be761-1bbb-44ac-808d-5ffa64077f05"));
    assertThat(Unfinished.isEmpty(data)).isTrue();

    Files.createDirectory(repositories.resolve("0JOoKoLZImeQ.git"));
    assertThat(Unfinished.isEmpty(data)).isFalse();
  }
}
