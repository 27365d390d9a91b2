package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the file system that what is in a folder does not belong together. ext4 leaves the inode of
 * a deleted file alone for a minute, and who makes a new one looks past all of the same group that
 * wait so. Where all workspaces are in one group, an executor of many short tasks soon does little
 * else. It is attribute {@code T} of {@code chattr}.
 */
final class Spread {
  private static final Logger LOG = LoggerFactory.getLogger(Spread.class);

  private Spread() {}

  /** Spreads what will be made in these folders, where the file system can do that. */
  static void over(List<Path> folders) {
    Optional<Path> program = Programs.find("chattr", HostSettings.DEFAULT_PATH);
    if (program.isEmpty()) {
      return;
    }
    var command = new ArrayList<>(List.of(program.get().toString(), "+T", "--"));
    folders.forEach(folder -> command.add(folder.toString()));
    try {
      int status =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      LOG.debug("chattr +T ended with {}", status); // other file systems have no need of it
    } catch (IOException e) {
      LOG.debug("chattr cannot be run", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
