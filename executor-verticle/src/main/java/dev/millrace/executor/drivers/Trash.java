package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
      threads.workers().execute(() -> remove(old));
    }
    Files.createDirectory(folder);
  }

  /** Takes the folder away; it is gone from its place when this returns. */
  void take(Path path) throws IOException {
    if (Files.exists(path)) {
      Path moved = folder.resolve(Long.toString(names.incrementAndGet()));
      Files.move(path, moved);
      threads.workers().execute(() -> remove(moved));
    }
  }

  // Programs do it, as they need no path names longer than the system takes.
  private static void remove(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      run(List.of("rm", "-rf", "--", path.toString()));
      if (Files.exists(path)) { // read-only folders in it
        run(List.of("chmod", "-R", "u+rwx", "--", path.toString()));
        run(List.of("rm", "-rf", "--", path.toString()));
      }
      if (Files.exists(path)) {
        LOG.warn("cannot remove {}: the next start tries again", path);
      }
    } catch (IOException e) {
      LOG.warn("cannot remove {}: the next start tries again", path, e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the driver closes; the next start goes on
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
