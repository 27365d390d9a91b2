package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Queue<Path> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean emptying = new AtomicBoolean();

  /** Goes on with what an earlier life had no time to remove. */
  Trash(Path folder, HostThreads threads) throws IOException {
    this.folder = folder;
    this.threads = threads;
    if (Files.exists(folder)) {
      Path old = folder.resolveSibling("trash.old");
      remove(List.of(old));
      Files.move(folder, old);
      threads.workers().execute(() -> remove(List.of(old)));
    }
    Files.createDirectory(folder);
  }

  /** Takes the folder away; it is gone from its place when this returns. */
  void take(Path path) throws IOException {
    if (Files.exists(path)) {
      Path moved = folder.resolve(Long.toString(names.incrementAndGet()));
      Files.move(path, moved);
      waiting.add(moved);
      threads.workers().execute(this::empty);
    }
  }

  // One thread removes all that has come meanwhile.
  private void empty() {
    while (!waiting.isEmpty() && emptying.compareAndSet(false, true)) {
      try {
        var now = new ArrayList<Path>();
        for (Path next = waiting.poll(); next != null; next = waiting.poll()) {
          now.add(next);
        }
        remove(now);
      } finally {
        emptying.set(false);
      }
    }
  }

  // What is not simple is left to programs, as they need no path names longer than the system
  // takes.
  private static void remove(List<Path> all) {
    try {
      List<Path> hard = all.stream().filter(path -> !removed(path)).toList();
      run(List.of("chmod", "-R", "u+rwx", "--"), hard); // read-only folders in it
      run(List.of("rm", "-rf", "--"), hard);
      hard.stream()
          .filter(Files::exists)
          .forEach(path -> LOG.warn("cannot remove {}: the next start tries again", path));
    } catch (IOException e) {
      LOG.warn("cannot remove {}: the next start tries again", all, e);
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
      return false; // a name too long, a folder that cannot be read, or gone already
    }
  }

  private static void run(List<String> command, List<Path> paths)
      throws IOException, InterruptedException {
    if (paths.isEmpty()) {
      return;
    }
    var all = new ArrayList<>(command);
    paths.forEach(path -> all.add(path.toString()));
    new ProcessBuilder(all)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
