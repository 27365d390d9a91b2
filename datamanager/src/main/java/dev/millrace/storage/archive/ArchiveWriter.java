package dev.millrace.storage.archive;

import dev.millrace.storage.archive.Archive.Snapshot;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/**
 * Adds to an archive and merges its files. Several may be at work, also in several processes: what
 * one does either counts as a whole or not at all. Used by one thread at a time. {@link Sweep}
 * removes what does not count any more.
 */
public final class ArchiveWriter {
  /**
   * Files that do not count yet after this long are written anew: a sweep may take them. Half of
   * the time that it leaves them, so that this holds whatever comes between.
   */
  private static final Duration FRESH = Sweep.GRACE.dividedBy(2);

  private static final EntryKey LOWEST = new EntryKey("\0", "\0");

  private final Archive archive;
  private final ObjectStore objects;
  private final EntryWriter files;
  private final long full;
  private final LongSupplier nanos;

  /** Files that were written, and when that was begun. */
  private record Written(List<EntryFileInfo> files, long begun) {}

  /**
   * Writes nothing yet.
   *
   * @param full the size from which on a file is left as it is, in bytes: half of the largest is a
   *     good choice
   * @param nanos rises steadily, also while the machine sleeps
   */
  public ArchiveWriter(
      Archive archive, ObjectStore objects, EntryWriter files, long full, LongSupplier nanos) {
    this.archive = archive;
    this.objects = objects;
    this.files = files;
    this.full = full;
    this.nanos = nanos;
  }

  /**
   * Archives changes. If this throws, they may count all the same: the positions tell.
   *
   * @param changes no two of one key
   * @param from the positions that they go on from, which have to be the archive's
   * @param upTo the positions after them; those that are not named stay
   * @return false if the archive's positions are others, as another writer was faster; then nothing
   *     counts
   */
  public boolean add(
      Collection<Change> changes, SortedMap<String, Long> from, SortedMap<String, Long> upTo) {
    List<Entry> sorted =
        changes.stream().map(Change::marked).sorted(Comparator.comparing(Entry::key)).toList();
    archive.refresh();
    Written written = null;
    while (true) {
      Snapshot now = archive.snapshot();
      if (!now.contents().positions().equals(from)) {
        return false;
      }
      if (written == null || isStale(written)) {
        written = writeAll(sorted);
      } else if (archive.advance(now, now.contents().plus(written.files(), upTo))) {
        return true;
      }
    }
  }

  private Written writeAll(List<Entry> sorted) {
    long begun = nanos.getAsLong();
    return new Written(files.write(sorted.iterator()), begun);
  }

  private boolean isStale(Written written) {
    return nanos.getAsLong() - written.begun() > FRESH.toNanos();
  }

  /**
   * Merges files once, if some are to be.
   *
   * @return whether there may be more to do
   */
  public boolean compact() {
    archive.refresh();
    List<EntryFileInfo> all = archive.files();
    OptionalInt first =
        MergePolicy.mergedFrom(all.stream().map(EntryFileInfo::size).toList(), full);
    if (first.isEmpty()) {
      return false;
    }
    List<EntryFileInfo> old = all.subList(first.getAsInt(), all.size());
    long begun = nanos.getAsLong();
    var merged = new Written(files.write(merged(old, first.getAsInt() == 0)), begun);
    while (true) {
      Snapshot now = archive.snapshot();
      Contents contents = now.contents().replaced(old, merged.files());
      if (contents == null || isStale(merged)) {
        merged.files().forEach(file -> objects.delete(file.path()));
        return true; // another one was faster
      }
      if (archive.advance(now, contents)) {
        return true;
      }
    }
  }

  /** Deletions are needed only as long as there is something older. */
  private Iterator<Entry> merged(List<EntryFileInfo> old, boolean oldest) {
    return archive
        .merged(old, LOWEST)
        .filter(marked -> !oldest || !Change.isDeletion(marked))
        .iterator();
  }
}
