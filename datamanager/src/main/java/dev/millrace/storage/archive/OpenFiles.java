package dev.millrace.storage.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFile;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.NoSuchObjectException;
import dev.millrace.storage.objects.ObjectStore;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads entry files, and keeps open which were read lately. An open file is its index in memory, so
 * only so many bytes of those are kept; the others are read again when they are wanted.
 *
 * <p>Any thread. Whatever is read fails with {@link LostFileException} where a file is gone, and
 * with {@link dev.millrace.storage.entries.CorruptFileException} where it is not what was written.
 */
final class OpenFiles {
  private final ObjectStore objects;
  private final Cache<EntryFileInfo, EntryFile> open;

  /**
   * Opens none.
   *
   * @param most how many bytes of indexes are kept, as they are in the files
   */
  OpenFiles(ObjectStore objects, long most) {
    this.objects = objects;
    this.open =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .<EntryFileInfo, EntryFile>weigher((info, _) -> info.indexLength())
            .executor(Runnable::run)
            .build();
  }

  /** As {@link EntryFile#find}. */
  Optional<byte[]> find(EntryFileInfo file, EntryKey key) {
    return of(file, opened -> opened.find(key));
  }

  /** As {@link EntryFile#lastUpTo}. */
  Optional<Entry> lastUpTo(EntryFileInfo file, EntryKey key) {
    return of(file, opened -> opened.lastUpTo(key));
  }

  /** As {@link EntryFile#startingWith}. */
  Optional<Iterator<Entry>> startingWith(EntryFileInfo file, EntryKey key) {
    return of(file, opened -> opened.startingWith(key)).map(entries -> new Sequence(file, entries));
  }

  /** As {@link EntryFile#from}. */
  Iterator<Entry> from(EntryFileInfo file, EntryKey key) {
    return new Sequence(file, of(file, opened -> opened.from(key)));
  }

  private <T> T of(EntryFileInfo info, Function<EntryFile, T> reading) {
    try {
      return reading.apply(file(info));
    } catch (NoSuchObjectException e) {
      throw new LostFileException(info, e);
    }
  }

  /** Of two who want it at once both may read it: none waits for the read of another. */
  private EntryFile file(EntryFileInfo info) {
    EntryFile known = open.getIfPresent(info);
    if (known != null) {
      return known;
    }
    EntryFile opened = EntryFile.open(objects, info);
    open.put(info, opened);
    return opened;
  }

  /** The entries of a file, which may go while they are read. */
  private record Sequence(EntryFileInfo file, Iterator<Entry> entries) implements Iterator<Entry> {
    @Override
    public boolean hasNext() {
      try {
        return entries.hasNext();
      } catch (NoSuchObjectException e) {
        throw new LostFileException(file, e);
      }
    }

    @Override
    public Entry next() {
      if (!hasNext()) { // reads on
        throw new NoSuchElementException();
      }
      return entries.next();
    }
  }

  /** Closes all others. */
  void retain(Collection<EntryFileInfo> files) {
    open.asMap().keySet().retainAll(files);
  }
}
