package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpreadTest {
  @Test
  void whatIsInAFolderOfExt4IsSpreadOverTheDisk(@TempDir Path folder) throws Exception {
    // Others have no such attribute, and no need of it.
    assumeTrue(Files.getFileStore(folder).type().equals("ext4"), "not on ext4");
    Spread.over(List.of(folder));
    assertThat(attributes(folder)).contains("T");
  }

  @Test
  void aFolderThatCannotBeSpreadIsLeftAsItIs(@TempDir Path folder) {
    assertThatCode(() -> Spread.over(List.of(folder.resolve("missing"), Path.of("/proc/self"))))
        .doesNotThrowAnyException();
  }

  private static String attributes(Path folder) throws IOException {
    Process process = new ProcessBuilder("lsattr", "-d", folder.toString()).start();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return line.substring(0, line.indexOf(' '));
  }
}
