package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
  @TempDir Path folder;

  @Test
  void aPortIsTheSameAtTheNextStart() throws Exception {
    int port;
    try (var data = DataDirectory.take(folder)) {
      port = data.port("part");
    }
    try (var data = DataDirectory.take(folder)) {
      assertThat(data.port("part")).isEqualTo(port);
    }
  }

  @Test
  void aPortThatSomebodyElseHasTakenIsGivenUp() throws Exception {
    try (var data = DataDirectory.take(folder);
        var somebody = new ServerSocket(data.port("part"), 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = data.port("part");
      assertThat(port).isPositive().isNotEqualTo(somebody.getLocalPort());
      assertThat(data.port("part")).as("from now on").isEqualTo(port);
    }
  }

  @Test
  void aDirectoryIsTakenOnce() throws Exception {
    try (var data = DataDirectory.take(folder)) {
      assertThat(DataDirectory.owner(data.root())).contains(ProcessHandle.current().pid());
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> DataDirectory.take(folder))
          .withMessageContaining("process " + ProcessHandle.current().pid());
    }
    assertThat(DataDirectory.owner(folder)).isEmpty();
  }
}
