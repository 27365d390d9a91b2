package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is stored.
 *
 * @param revision the highest version that was given
 */
record Table(long revision, SortedMap<String, Versioned> entries) {
  static final Table EMPTY = new Table(0, Collections.emptySortedMap());

  Table {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  long version(String key) {
    Versioned stored = entries.get(key);
    return stored == null ? 0 : stored.version();
  }

  Table with(String key, byte[] value) {
    var changed = new TreeMap<>(entries);
    changed.put(key, new Versioned(revision + 1, value.clone()));
    return new Table(revision + 1, changed);
  }

  Table without(String key) {
    var changed = new TreeMap<>(entries);
    changed.remove(key);
    return new Table(revision + 1, changed);
  }
}
