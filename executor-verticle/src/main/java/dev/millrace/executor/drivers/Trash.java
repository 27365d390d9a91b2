package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes folders, whatever tasks have put into them, without anybody having to wait for it. */
final class Trash {
  private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

  private final Path folder;
  private final HostThreads threads;
  private final AtomicLong names = new AtomicLong();

  /** Goes on with what an earlier life had no time to remove. */
  Trash(Path folder, HostThreads threads) throws IOException {
    this.folder = folder;
    this.threads = threads;
    if (Files.exists(folder)) {
      Path old = folder.resolveSibling("trash.old");
      remove(old);
      Files.move(folder, old);
      leave(old);
    }
    Files.createDirectory(folder);
  }

  /** Takes the folder away; it is gone from its place when this returns. */
  void take(Path path) throws IOException {
    if (Files.exists(path)) {
      Path moved = folder.resolve(Long.toString(names.incrementAndGet()));
      Files.move(path, moved);
      leave(moved);
    }
  }

  private void leave(Path moved) {
    threads.cleaners().execute(() -> remove(moved));
  }

  // What is not simple is left to programs, as they need no path names longer than the system
  // takes.
  private static void remove(Path path) {
    if (Files.notExists(path) || removed(path)) {
      return;
    }
    try {
      run("chmod", "-R", "u+rwx", "--", path.toString()); // read-only folders in it
      run("rm", "-rf", "--", path.toString());
      if (Files.exists(path)) {
        LOG.warn("cannot remove {}: the next start tries again", path);
      }
    } catch (IOException e) {
      LOG.warn("cannot remove {}: the next start tries again", path, e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the driver closes; the next start goes on
    }
  }

  // No program for the few files that most tasks leave: that would cost more than their steps.
  private static boolean removed(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure)
                throws IOException {
              Files.delete(left);
              return FileVisitResult.CONTINUE;
            }
          });
      return true;
    } catch (IOException _) {
      return false; // a name too long, or a folder that cannot be read
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
