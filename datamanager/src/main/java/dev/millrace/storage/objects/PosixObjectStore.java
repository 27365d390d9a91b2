package dev.millrace.storage.objects;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Objects as files of the same names below a directory, which several processes may share. The file
 * system has to know hard links, which all of Linux' own do.
 */
public final class PosixObjectStore implements ObjectStore {
  private final Path objects;
  private final PosixWriter writer;

  private PosixObjectStore(Path objects, PosixWriter writer) {
    this.objects = objects;
    this.writer = writer;
  }

  /**
   * Opens the store in the directory, which is made if it is not there.
   *
   * @param clock tells what interrupted writes left long ago
   * @param ids names that no process uses twice
   * @throws ObjectStoreException if the directory cannot be written
   */
  public static PosixObjectStore open(Path directory, InstantSource clock, Supplier<String> ids) {
    Path objects = directory.resolve("objects");
    Path incoming = directory.resolve("incoming");
    try {
      Files.createDirectories(objects);
      Files.createDirectories(incoming);
      PosixWriter.sync(directory);
      var writer = new PosixWriter(objects, incoming, ids);
      writer.removeLeftovers(clock.instant());
      return new PosixObjectStore(objects, writer);
    } catch (IOException e) {
      throw failed("open the object storage in " + directory, e);
    }
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    writer.write(ObjectPath.checked(path), new SizedBody(path, body, size), durability, true);
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return writer.write(
        ObjectPath.checked(path), new SizedBody(path, body, size), durability, false);
  }

  @Override
  public InputStream read(String path) {
    return read(path, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    Ranges.check(offset, length);
    Path file = file(path);
    try {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchObjectException(path);
      }
      var channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        channel.position(offset);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new BufferedInputStream(new Piece(Channels.newInputStream(channel), length));
    } catch (NoSuchFileException _) {
      throw new NoSuchObjectException(path);
    } catch (IOException e) {
      throw failed("read " + path, e);
    }
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    try {
      var attributes = Files.readAttributes(file(path), BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(PosixListing.info(path, attributes))
          : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      if (PosixWriter.belowAFile(e)) {
        return Optional.empty();
      }
      throw failed("look at " + path, e);
    }
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new PosixListing(objects, prefix, after),
            Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
        false);
  }

  @Override
  public void delete(String path) {
    Path file = file(path);
    try {
      if (Files.isDirectory(file)) {
        return;
      }
      Files.deleteIfExists(file);
      writer.removeEmptyFolders(PosixWriter.above(file));
    } catch (IOException e) {
      if (!PosixWriter.belowAFile(e)) {
        throw failed("delete " + path, e);
      }
    }
  }

  private Path file(String path) {
    return objects.resolve(ObjectPath.checked(path));
  }

  static ObjectStoreException failed(String what, Exception cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new ObjectStoreException("cannot %s: %s".formatted(what, why), cause);
  }

  @Override
  public void close() {
    // nothing is open but what is being read
  }
}
