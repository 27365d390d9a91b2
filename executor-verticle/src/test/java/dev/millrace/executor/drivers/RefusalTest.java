package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefusalTest {
  private final Path folder;

  RefusalTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void withoutBubblewrapADriverThatNeedsItNamesThePackage() {
    try (var trash = new HostThreads()) {
      assertThatThrownBy(() -> isolating(Isolation.REQUIRED).launcher(new Trash(folder, trash)))
          .isInstanceOf(DriverException.class)
          .hasMessage(
              "bubblewrap is not installed: install bubblewrap (apt-get install bubblewrap, dnf"
                  + " install bubblewrap), or allow plain processes with --allow-unsandboxed");
    }
  }

  @Test
  void withoutBubblewrapPlainProcessesCanBeAllowed() {
    try (var trash = new HostThreads()) {
      assertThatCode(
              () -> isolating(Isolation.PREFERRED).launcher(new Trash(folder.resolve("t"), trash)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void twoDriversCannotShareAFolder() {
    try (var first = driver();
        var second = driver()) {
      first.start();
      assertThatThrownBy(second::start).hasMessageStartingWith("another executor works in ");
    }
  }

  private HostDriver driver() {
    return new HostDriver(settings(Isolation.NONE), RandomGenerator.getDefault());
  }

  private Isolating isolating(Isolation isolation) {
    return new Isolating(
        settings(isolation), folder, Optional.empty(), new JavaSpawn(Launcher.session()));
  }

  private HostSettings settings(Isolation isolation) {
    return new HostSettings(folder.resolve("work"), isolation, List.of(), List.of(), Map.of());
  }
}
