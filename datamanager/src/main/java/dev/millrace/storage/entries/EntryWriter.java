package dev.millrace.storage.entries;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/** Groups sorted entries into as few entry files as their largest size allows. */
public final class EntryWriter {
  /** The size of a file by default, in bytes. */
  public static final long DEFAULT_SIZE = 64 << 20;

  private static final String PREFIX = "entries-";

  private final ObjectStore store;
  private final Path scratch;
  private final Supplier<String> paths;
  private final long size;

  /**
   * Writes nothing yet.
   *
   * @param scratch where a file is put together before it goes to the store, deleted after that
   * @param paths of new objects, never one twice
   * @param size from which on a file is followed by another, in bytes; it may exceed that by a
   *     block and its index
   */
  public EntryWriter(ObjectStore store, Path scratch, Supplier<String> paths, long size) {
    this.store = store;
    this.scratch = scratch;
    this.paths = paths;
    this.size = size;
  }

  /** Deletes what writers have left there that died; none must be at work there. */
  public static void clear(Path scratch) {
    try (var left = Files.newDirectoryStream(scratch, PREFIX + "*")) {
      for (Path file : left) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove old files in " + scratch, e);
    }
  }

  /**
   * Writes all entries; the files are persisted when it returns. If it throws, some files may be
   * there, to which nothing refers.
   *
   * @param sorted by key, no key twice
   * @throws ObjectStoreException if the store cannot take them
   */
  public List<EntryFileInfo> write(Iterator<Entry> sorted) {
    List<EntryFileInfo> files = new ArrayList<>();
    while (sorted.hasNext()) {
      files.add(writeOne(sorted));
    }
    return files;
  }

  /**
   * Writes one file of as many of the entries as its largest size allows, at least one; as {@link
   * #write}.
   */
  public EntryFileInfo writeOne(Iterator<Entry> sorted) {
    try {
      Path file = Files.createTempFile(scratch, PREFIX, null);
      try {
        EntryFileInfo info = fill(file, sorted);
        try (var body = Files.newInputStream(file)) {
          store.write(info.path(), body, info.size(), Durability.PERSISTED);
        }
        return info;
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put an entry file together in " + scratch, e);
    }
  }

  private EntryFileInfo fill(Path file, Iterator<Entry> sorted) throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      var writer = new EntryFileWriter(out);
      do {
        writer.add(sorted.next());
      } while (sorted.hasNext() && writer.size() < size);
      return writer.finish(paths.get());
    }
  }
}
