package dev.millrace.launcher.server;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
      if (Files.isDirectory(data.resolve(part))) {
        try (Stream<Path> within = Files.list(data.resolve(part))) {
          if (!within.allMatch(Unfinished::isProbe)) {
            return false;
          }
        }
      }
    }
    return true;
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
      if (Files.isDirectory(data.resolve(part))) {
        Files.walkFileTree(data.resolve(part), new Removal());
      }
    }
  }

  /** JGit may come and go meanwhile. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
      if (why instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw why;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why)
        throws IOException {
      if (why != null) {
        throw why;
      }
      try {
        Files.delete(directory);
      } catch (DirectoryNotEmptyException e) {
        try (Stream<Path> within = Files.list(directory)) {
          if (!within.allMatch(Unfinished::isProbe)) {
            throw new IOException("somebody writes to " + directory, e);
          }
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
