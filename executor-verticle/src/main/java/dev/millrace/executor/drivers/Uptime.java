package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A clock that only goes forward, and goes on while the machine is suspended. */
@FunctionalInterface
public interface Uptime {

  /** The time since some moment before this process began. */
  Duration now();

  /** The machine's own, which all its processes share. */
  static Uptime ofThisMachine() {
    Path file = Path.of("/proc/uptime");
    if (!Files.isReadable(file)) {
      throw new DriverException("there is no /proc/uptime here: this needs Linux", null);
    }
    return () -> read(file);
  }

  private static Duration read(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      int dot = text.indexOf('.');
      return Duration.ofMillis(
          Long.parseLong(text, 0, dot, 10) * 1000
              + Long.parseLong(text, dot + 1, dot + 3, 10) * 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
