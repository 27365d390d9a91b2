package dev.millrace.launcher.server;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An import that has begun, as a file in the data directory says until it has ended. */
final class Unfinished {
  static final String SENTENCE =
      "an import into %s has not come to its end: do it again (millrace import), or remove the"
          + " folder";

  private static final String FILE = "importing";

  /** What an installation consists of; the rest is about processes. */
  private static final List<String> PARTS =
      List.of("kafka", "objects", "repositories", "coordination", "index", "executor");

  private Unfinished() {}

  static boolean isImport(Path data) {
    return Files.exists(data.resolve(FILE));
  }

  /** Whether nothing was ever kept in the folder, which need not be there. */
  static boolean isEmpty(Path data) throws IOException {
    for (String part : PARTS) {
      if (!within(data.resolve(part)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What is kept in a part of an installation; nothing if it is not there. */
  private static List<Path> within(Path part) throws IOException {
    if (!Files.isDirectory(part)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(part)) {
      return all.filter(file -> !isProbe(file)).toList();
    }
  }

  /**
   * JGit tries the clock of a file system in the background, and leaves this if it is cut short.
   */
  private static boolean isProbe(Path file) {
    return file.getFileName().toString().startsWith(".probe-");
  }

  /**
   * An import begins.
   *
   * @param store names the bucket, if it is into one
   */
  static void begin(DataDirectory data, String store) throws IOException {
    data.write(FILE, store);
  }

  /** The bucket of the import that has begun; empty if it is into none. */
  static String store(Path data) throws IOException {
    return Files.readString(data.resolve(FILE));
  }

  static void end(DataDirectory data) throws IOException {
    data.remove(FILE);
  }

  /** Removes what an import has left that did not come to its end. */
  static void clear(Path data) throws IOException {
    for (String part : PARTS) {
      for (Path each : within(data.resolve(part))) {
        try (Stream<Path> all = Files.walk(each)) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            delete(path);
          }
        }
      }
    }
  }

  private static void delete(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      throw new IOException("somebody writes to " + path, e);
    }
  }
}
