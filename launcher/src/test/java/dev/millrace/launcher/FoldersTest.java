package dev.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoldersTest {
  @Test
  void theUsualFoldersAreBelowTheEnvironmentsHome() {
    Folders folders = Folders.of(Map.of("HOME", "/home/ann"));
    assertThat(folders.data()).isEqualTo(Path.of("/home/ann/.local/share/millrace"));
    assertThat(folders.clientFile()).isEqualTo(Path.of("/home/ann/.config/millrace/client.json"));
  }

  @Test
  void theXdgVariablesCountIfTheyAreAbsolute() {
    Folders folders =
        Folders.of(
            Map.of("HOME", "/home/ann", "XDG_DATA_HOME", "/data", "XDG_CONFIG_HOME", "relative"));
    assertThat(folders.data()).isEqualTo(Path.of("/data/millrace"));
    assertThat(folders.config()).isEqualTo(Path.of("/home/ann/.config/millrace"));
  }

  @Test
  void anEmptyHomeIsTheOneOfTheProcess() {
    assertThat(Folders.of(Map.of("HOME", "")).config())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".config/millrace"));
  }

  @Test
  void aGivenFolderCounts() {
    assertThat(Folders.of(Map.of("HOME", "/h")).data(Path.of("/srv/../srv/m")))
        .isEqualTo(Path.of("/srv/m"));
  }
}
