package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Entries that are deleted and still in files: nobody reads them, and the files are written again
 * without them by and by.
 *
 * @param prefix the type of the entries, and what their ids begin with
 * @param files the paths of the files in which they are deleted; those that came later may have
 *     some again
 */
record Erasure(EntryKey prefix, Set<String> files) {
  Erasure {
    files = Set.copyOf(files);
  }

  boolean covers(EntryKey key) {
    return covers(prefix, key);
  }

  /** Whether the key begins so. */
  static boolean covers(EntryKey prefix, EntryKey key) {
    return key.type().equals(prefix.type()) && key.id().startsWith(prefix.id());
  }

  /** Whether there may be such entries in the file, by its first and last key. */
  static boolean mayBeIn(EntryKey prefix, EntryFileInfo file) {
    return prefix.compareTo(file.last()) <= 0
        && (file.first().compareTo(prefix) <= 0 || covers(prefix, file.first()));
  }

  /** Not in these any more. */
  Erasure without(Collection<String> done) {
    Set<String> rest = new TreeSet<>(files);
    rest.removeAll(done);
    return new Erasure(prefix, rest);
  }
}
