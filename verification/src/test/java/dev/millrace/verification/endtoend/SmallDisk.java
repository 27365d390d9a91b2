package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Removal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk in memory in the place of a folder. What is in the folder is on the disk, and is in the
 * folder again when the disk is closed; meanwhile nobody else may use it. Needs root.
 */
final class SmallDisk implements AutoCloseable {
  private static final byte[] CHUNK = new byte[64 * 1024];

  private final Path folder;

  /**
   * Makes it.
   *
   * @param size in MiB
   */
  SmallDisk(Path folder, int size) throws IOException, InterruptedException {
    this.folder = folder;
    Path before = Files.move(folder, beside());
    Files.createDirectory(folder);
    run("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(size), "tmpfs", folder.toString());
    run("cp", "-a", before + "/.", folder.toString());
    Removal.of(before);
  }

  private Path beside() {
    return folder.resolveSibling(folder.getFileName() + ".beside");
  }

  /** Leaves no room at all. */
  void fill() throws IOException {
    try (var out = Files.newOutputStream(ballast())) {
      while (Files.getFileStore(folder).getUsableSpace() > 0) {
        out.write(CHUNK);
      }
    } catch (IOException full) {
      assertThat(Files.getFileStore(folder).getUsableSpace()).as("%s", full).isZero();
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** There is as much room again as before. */
  void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  @Override
  public void close() throws IOException {
    try {
      putBack();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while putting back " + folder, e);
    }
  }

  private void putBack() throws IOException, InterruptedException {
    free();
    Path after = Files.createDirectory(beside());
    run("cp", "-a", folder + "/.", after.toString());
    run("umount", folder.toString());
    Files.delete(folder);
    Files.move(after, folder);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }
}
