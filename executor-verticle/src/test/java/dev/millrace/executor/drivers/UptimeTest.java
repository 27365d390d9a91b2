package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class UptimeTest {
  @Test
  void theMachinesUptimeIsThatOfItsFile() throws Exception {
    String text = Files.readString(Path.of("/proc/uptime"));
    var said = Duration.ofMillis((long) (Double.parseDouble(text.split(" ", 2)[0]) * 1000));
    assertThat(Uptime.ofThisMachine().now()).isBetween(said, said.plusSeconds(10));
  }
}
