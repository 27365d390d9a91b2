package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
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

  @Test
  void allIsRemovedAlsoWhileJGitLooksAtTheClock() throws Exception {
    Path repositories = Files.createDirectory(data.resolve("repositories"));
    var probing = new AtomicBoolean(true);
    Thread jgit =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; probing.get(); i++) {
                    try {
                      Files.createDirectories(repositories);
                      Path probe = Files.createFile(repositories.resolve(".probe-" + i));
                      Files.deleteIfExists(probe);
                    } catch (IOException _) {
                      // the folder went meanwhile
                    }
                  }
                });
    for (int i = 0; i < 300; i++) {
      Path repository = repositories.resolve("a.git");
      Files.createDirectories(repository.resolve("refs"));
      Files.writeString(repository.resolve("HEAD"), "ref: refs/heads/main");

      Unfinished.clear(data);

      assertThat(repository).doesNotExist();
      assertThat(Unfinished.isEmpty(data)).isTrue();
    }
    probing.set(false);
    jgit.join();
  }
}
