package dev.millrace.storage.objects;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Writes objects beside where they go and gives them their name at the end, in one step of the file
 * system.
 */
final class PosixWriter {
  /** What an interrupted write left is certainly not being written any more after this. */
  private static final Duration ABANDONED = Duration.ofDays(2);

  /** How often a folder may be removed, as empty, just before an object is put into it. */
  private static final int TRIES = 100;

  private static final int BUFFER = 64 * 1024;
  private final Path objects;
  private final Path incoming;
  private final Supplier<String> ids;

  PosixWriter(Path objects, Path incoming, Supplier<String> ids) {
    this.objects = objects;
    this.incoming = incoming;
    this.ids = ids;
  }

  /** Tells whether it has written: false only if it may not replace what is there. */
  boolean write(String path, SizedBody body, Durability durability, boolean replace) {
    Path temporary = incoming.resolve(ids.get());
    try {
      try {
        copy(body, temporary, durability);
        return publish(temporary, objects.resolve(path), durability, replace);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw e instanceof FileAlreadyExistsException || belowAFile(e) || isFolder(path)
          ? new ObjectStoreException(
              "cannot write %s: its path is the folder of an object, or an object its folder"
                  .formatted(path),
              e)
          : PosixObjectStore.failed("write " + path, e);
    }
  }

  private boolean isFolder(String path) {
    return Files.isDirectory(objects.resolve(path));
  }

  private static void copy(InputStream body, Path file, Durability durability) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = next(body, buffer); n >= 0; n = next(body, buffer)) {
        var bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      if (durability == Durability.PERSISTED) {
        channel.force(true);
      }
    }
  }

  private static int next(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean publish(Path temporary, Path file, Durability durability, boolean replace)
      throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        makeFolder(above(file));
        if (replace) {
          Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } else if (!link(temporary, file)) {
          return false;
        }
        if (durability == Durability.PERSISTED) {
          syncUpwards(above(file));
        }
        return true;
      } catch (NoSuchFileException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Tells whether it has: not if the file is there already. */
  private static boolean link(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (attributes(file).isRegularFile()) {
        return false;
      }
      throw e;
    }
  }

  /** Of what another one has just made, and may have removed again: that throws. */
  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  private void makeFolder(Path folder) throws IOException {
    if (folder.equals(objects) || Files.isDirectory(folder)) {
      return;
    }
    makeFolder(above(folder));
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!attributes(folder).isDirectory()) {
        throw e;
      }
    }
  }

  /** A name is kept only if all names above it are, and others may have made those just now. */
  private void syncUpwards(Path lowest) throws IOException {
    sync(objects);
    for (Path folder = lowest; !folder.equals(objects); folder = above(folder)) {
      sync(folder);
    }
  }

  /** The folder that a file or folder of the store is in. */
  static Path above(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  static void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes folders without anything in them, from this one upwards. */
  void removeEmptyFolders(Path lowest) throws IOException {
    try {
      for (Path folder = lowest; !folder.equals(objects); folder = above(folder)) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException _) {
      // the usual end
    }
  }

  /** Removes what writes left that were interrupted long before this time. */
  void removeLeftovers(Instant now) throws IOException {
    try (var files = Files.newDirectoryStream(incoming)) {
      for (Path file : files) {
        try {
          Instant written = Files.getLastModifiedTime(file).toInstant();
          if (written.isBefore(now.minus(ABANDONED))) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException _) {
          // another process is done with it
        }
      }
    }
  }

  /** Whether it failed because a file is where a folder should be. */
  static boolean belowAFile(IOException e) {
    return e instanceof FileSystemException failed
        && failed.getReason() != null
        && failed.getReason().contains("Not a directory");
  }
}
