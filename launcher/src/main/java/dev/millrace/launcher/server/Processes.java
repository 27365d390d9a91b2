package dev.millrace.launcher.server;

import dev.millrace.gateway.Instances.Instance;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.launcher.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What a process says of itself. */
final class Processes {
  private Processes() {}

  /** This process, under the name of its life. */
  static Instance instance(String id, Instant startedAt, List<Part> roles) {
    return new Instance(
        id, Version.text(), startedAt, host(), ProcessHandle.current().pid(), roles);
  }

  private static String host() {
    // Java would ask the resolver, which may be away.
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "");
    }
  }
}
