package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks of an executor must not see. */
final class HiddenTest {
  @TempDir Path folder;

  @Test
  void tasksDoNotSeeTheSecretsOfTheirExecutor() throws IOException {
    Path data = folder.resolve("data");
    Path password = Files.writeString(folder.resolve("password"), "secret");
    assertThat(HostExecutor.hidden(data, List.of(password))).contains(data, password);
  }

  @Test
  void secretsThatAreChangedByALinkAreHiddenWithAllTheirFolder() throws IOException {
    Path mounted = Files.createDirectories(folder.resolve("secrets"));
    Path today = Files.createDirectories(mounted.resolve("..today"));
    Files.writeString(today.resolve("token"), "secret");
    Path token = Files.createSymbolicLink(mounted.resolve("token"), today.resolve("token"));
    assertThat(HostExecutor.hidden(folder.resolve("data"), List.of(token)))
        .contains(mounted)
        .doesNotContain(token);
  }
}
