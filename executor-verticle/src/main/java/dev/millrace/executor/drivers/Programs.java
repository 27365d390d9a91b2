package dev.millrace.executor.drivers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks for programs as a shell does. */
final class Programs {
  private Programs() {}

  static Optional<Path> find(String name, String path) {
    for (String folder : path.split(":", -1)) {
      if (folder.startsWith("/")) {
        Path file = Path.of(folder, name);
        if (runnable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  static boolean runnable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
