package dev.millrace.storage.archive;

import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up entries by where they are in the order of their folder, for folders to which entries are
 * only ever added behind those that are there, and that are deleted as a whole. It remembers what
 * it has read of each file, so that of many looks into one folder most read one file each. On one
 * thread.
 */
public final class FolderSearch {
  private final Archive archive;
  private final Map<EntryFileInfo, Look> looks = new HashMap<>();

  /** Between the last entry, or the beginning of the folder, and this key there is none. */
  private record Look(EntryKey upTo, Optional<Entry> last) {
    boolean tellsOf(EntryKey key) {
      return key.compareTo(upTo) <= 0
          && last.map(entry -> entry.key().compareTo(key) <= 0)
              .orElse(key.type().equals(upTo.type()) && key.folder().equals(upTo.folder()));
    }
  }

  FolderSearch(Archive archive) {
    this.archive = archive;
  }

  /**
   * What is archived under the highest key of the same type and {@link EntryKey#folder} that is not
   * above this one; empty if there is none. A file that has nothing of the folder is hardly ever
   * read.
   *
   * @throws LostFileException if it may have been in a file that is gone
   * @throws CorruptFileException if it may have been in a file that is damaged
   */
  public Optional<Entry> lastUpTo(EntryKey key) {
    return lastUpTo(key, false);
  }

  /** As {@link #lastUpTo}, but of what is in files that can be read. */
  public Optional<Entry> lastReadableUpTo(EntryKey key) {
    try {
      return lastUpTo(key, false); // files that are gone may have been merged
    } catch (LostFileException | CorruptFileException _) {
      return lastUpTo(key, true);
    }
  }

  private Optional<Entry> lastUpTo(EntryKey key, boolean readable) {
    return archive.reading(contents -> last(contents, key, readable)).map(Change::unmarked);
  }

  /** What was added later is in newer files: the first one that has any is the one. */
  private Optional<Entry> last(Contents contents, EntryKey key, boolean readable) {
    for (EntryFileInfo file : contents.files().reversed()) {
      try {
        Optional<Entry> found =
            file.first().compareTo(key) <= 0 ? look(file, key) : Optional.empty();
        if (found.filter(entry -> Archive.counts(contents, file, entry)).isPresent()) {
          return found;
        }
      } catch (LostFileException | CorruptFileException e) {
        if (!readable) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Entry> look(EntryFileInfo file, EntryKey key) {
    Look known = looks.get(file);
    if (known != null && known.tellsOf(key)) {
      return known.last();
    }
    Optional<Entry> last = archive.open().lastUpTo(file, key);
    looks.put(file, new Look(key, last));
    return last;
  }
}
