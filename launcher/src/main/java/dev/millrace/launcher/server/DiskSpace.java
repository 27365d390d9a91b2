package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when too little is free on the disk of a directory. A broker whose disk is full does not
 * come back by itself, so the last of it is not given away. May be asked by any thread, often.
 */
final class DiskSpace implements Intake {
  private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);
  private static final long GIB = 1L << 30;
  private static final int DEFAULT_PART = 20;

  private final Path directory;
  private final FileStore disk;
  private final OptionalLong least;
  private volatile boolean told;

  private DiskSpace(Path directory, FileStore disk, OptionalLong least) {
    this.directory = directory;
    this.disk = disk;
    this.least = least;
  }

  /**
   * Looks at the disk of the directory, which has to be there.
   *
   * @param least how much is kept free, in bytes; empty for 1 GiB or a twentieth of the disk,
   *     whichever is more
   */
  static DiskSpace of(Path directory, OptionalLong least) throws IOException {
    return new DiskSpace(directory, Files.getFileStore(directory), least);
  }

  @Override
  public Optional<Rejected> refusal() {
    Optional<String> shortage = look();
    if (shortage.isPresent() != told) {
      tellOnce(shortage);
    }
    return shortage.map(why -> new Rejected(Code.NO_SPACE, why));
  }

  private Optional<String> look() {
    try {
      long free = disk.getUsableSpace();
      long kept = least.orElse(Math.max(GIB, disk.getTotalSpace() / DEFAULT_PART));
      return free >= kept
          ? Optional.empty()
          : Optional.of(
              "only %s are free on the disk of %s, where %s are kept free: nothing new is taken"
                      .formatted(shown(free), directory, shown(kept))
                  + " until there is more (--min-free, or the setting min_free, is another limit)");
    } catch (IOException e) {
      return Optional.of(
          "how much is free on the disk of %s cannot be found out: %s"
              .formatted(directory, DataDirectory.why(e)));
    }
  }

  private synchronized void tellOnce(Optional<String> shortage) {
    if (shortage.isPresent() == told) {
      return;
    }
    told = shortage.isPresent();
    shortage.ifPresentOrElse(
        log::warn, () -> log.info("there is room again on the disk of {}", directory));
  }

  private static String shown(long bytes) {
    return bytes >= GIB
        ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB)
        : "%d MiB".formatted(bytes >> 20);
  }
}
