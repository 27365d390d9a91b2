package dev.millrace.executor.drivers;

import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class HostDriverPlainTest implements ProcessDriverContract {
  private final HostDriver driver;

  HostDriverPlainTest(@TempDir Path folder) {
    driver =
        new HostDriver(
            new HostSettings(
                folder.resolve("work"), Isolation.NONE, List.of(), List.of(), Map.of()),
            RandomGenerator.getDefault());
  }

  @BeforeEach
  void start() {
    driver.start();
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Override
  public Driver driver() {
    return driver;
  }
}
