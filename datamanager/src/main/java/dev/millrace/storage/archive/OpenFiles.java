package dev.millrace.storage.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.storage.entries.EntryFile;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.util.Collection;

/**
 * Entry files that were opened lately. An open file is its index in memory, so only so many bytes
 * of those are kept; the others are read again when they are wanted. Any thread.
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

  /**
   * Opens a file, unless it is open.
   *
   * @throws dev.millrace.storage.objects.NoSuchObjectException if it is not there
   * @throws dev.millrace.storage.entries.CorruptFileException if it is not what its writer wrote
   */
  EntryFile file(EntryFileInfo info) {
    // Of two who want it at once both may read it: none waits for the read of another.
    EntryFile known = open.getIfPresent(info);
    if (known != null) {
      return known;
    }
    EntryFile opened = EntryFile.open(objects, info);
    open.put(info, opened);
    return opened;
  }

  /** Closes all others. */
  void retain(Collection<EntryFileInfo> files) {
    open.asMap().keySet().retainAll(files);
  }
}
