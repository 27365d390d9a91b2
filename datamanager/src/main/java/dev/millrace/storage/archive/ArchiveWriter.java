package dev.millrace.storage.archive;

import dev.millrace.storage.archive.Archive.Snapshot;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds to an archive and merges its files. Several may be at work, also in several processes: what
 * one does either counts as a whole or not at all. Used by one thread at a time. {@link Sweep}
 * removes what does not count any more.
 */
public class ArchiveWriter { // the simulation breaks it
  /**
   * Files that do not count yet after this long are written anew: a sweep may take them. Half of
   * the time that it leaves them, so that this holds whatever comes between.
   */
  private static final Duration FRESH = Sweep.GRACE.dividedBy(2);

  /** How long what is deleted or has expired stays in files: so often they are written again. */
  static final Duration TIDY = Duration.ofDays(1);

  /** If so much is deleted earlier, they are written again then: the manifest has to name it. */
  private static final int MOST_ERASURES = 1_000;

  private static final EntryKey LOWEST = new EntryKey("\0", "\0");

  private final Archive archive;
  private final ObjectStore objects;
  private final EntryWriter files;
  private final MergePolicy policy;
  private final LongSupplier nanos;
  private final Set<String> unreadable = new HashSet<>();

  /** Files that were written, and when that was begun. */
  private record Written(List<ArchivedFile> files, long begun) {}

  /**
   * Writes nothing yet.
   *
   * @param full the size from which on a file is left as it is, in bytes: half of the largest is a
   *     good choice
   * @param nanos rises steadily, also while the machine sleeps
   */
  public ArchiveWriter(
      Archive archive, ObjectStore objects, EntryWriter files, long full, LongSupplier nanos) {
    this(archive, objects, files, MergePolicy.unbounded(full), nanos);
  }

  /** As the other one, merging by this policy. */
  public ArchiveWriter(
      Archive archive,
      ObjectStore objects,
      EntryWriter files,
      MergePolicy policy,
      LongSupplier nanos) {
    this.archive = archive;
    this.objects = objects;
    this.files = files;
    this.policy = policy;
    this.nanos = nanos;
  }

  /** As {@link #add(Collection, Collection, SortedMap, SortedMap)} without deletions. */
  public boolean add(
      Collection<Change> changes, SortedMap<String, Long> from, SortedMap<String, Long> upTo) {
    return add(changes, List.of(), from, upTo);
  }

  /**
   * Archives changes. If this throws, they may count all the same: the positions tell.
   *
   * @param changes no two of one key
   * @param deleted what was archived before is deleted if its type is that of one of these, and its
   *     id begins with the id of that
   * @param from the positions that they go on from, which have to be the archive's
   * @param upTo the positions after them; those that are not named stay
   * @return false if the archive's positions are others, as another writer was faster; then nothing
   *     counts
   */
  public final boolean add(
      Collection<Change> changes,
      Collection<EntryKey> deleted,
      SortedMap<String, Long> from,
      SortedMap<String, Long> upTo) {
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
        written = write(sorted.iterator());
      } else if (archive.advance(
          now, now.contents().erasing(deleted).plus(written.files(), upTo))) {
        return true;
      }
    }
  }

  /**
   * Archives changes in the place of all that was archived before. If this throws, they may count
   * all the same: the positions tell.
   *
   * @param sorted by key, no two of one key; they are written as they come
   * @param from the positions that the archive has
   * @param upTo the positions that it has after that, and no others
   * @return false if another writer was faster; then nothing of this counts
   */
  public boolean replace(
      Stream<Change> sorted, SortedMap<String, Long> from, SortedMap<String, Long> upTo) {
    archive.refresh();
    Snapshot before = archive.snapshot();
    if (!before.contents().positions().equals(from)) {
      return false;
    }
    Written written = write(sorted.map(Change::marked).iterator());
    if (!isStale(written)
        && archive.advance(before, before.contents().instead(written.files(), upTo))) {
      return true;
    }
    written.files().forEach(file -> objects.delete(file.info().path()));
    return false;
  }

  private Written write(Iterator<Entry> sorted) {
    long begun = nanos.getAsLong();
    List<ArchivedFile> all = new ArrayList<>();
    var span = new Span(sorted);
    while (span.hasNext()) {
      all.add(span.file(files.writeOne(span)));
    }
    return new Written(all, begun);
  }

  private boolean isStale(Written written) {
    return nanos.getAsLong() - written.begun() > FRESH.toNanos();
  }

  /**
   * Merges files once, if some are to be. One that cannot be read is left from then on, and with it
   * those before it.
   *
   * @return whether there may be more to do
   * @throws LostFileException if one of them is missing
   * @throws CorruptFileException if one of them is damaged
   */
  public final boolean compact() {
    archive.refresh();
    List<EntryFileInfo> all = archive.files();
    OptionalInt first = policy.mergedFrom(all.stream().map(this::sizeOf).toList());
    if (first.isEmpty()) {
      return false;
    }
    rewrite(all.subList(first.getAsInt(), all.size()));
    return true;
  }

  /** What cannot be read is left, as a full file is. */
  private long sizeOf(EntryFileInfo file) {
    return isReadable(file) ? file.size() : Long.MAX_VALUE;
  }

  private boolean isReadable(EntryFileInfo file) {
    return !unreadable.contains(file.path());
  }

  /** Files as others that say the same, without what is deleted or has expired. */
  private void rewrite(List<EntryFileInfo> old) {
    Contents read = archive.snapshot().contents();
    Written merged = read(read, old);
    while (true) {
      Snapshot now = archive.snapshot();
      Contents contents = replaced(now.contents(), read, old, merged.files());
      if (contents == null || isStale(merged)) {
        merged.files().forEach(file -> objects.delete(file.info().path()));
        return; // another one was faster
      }
      if (archive.advance(now, contents)) {
        return;
      }
    }
  }

  /** Null if the old ones are not all there any more. */
  @Nullable Contents replaced(
      Contents now, Contents read, List<EntryFileInfo> old, List<ArchivedFile> merged) {
    return now.replaced(read, old, merged);
  }

  private Written read(Contents contents, List<EntryFileInfo> old) {
    try {
      return write(archive.merged(contents, old, LOWEST).iterator());
    } catch (LostFileException e) {
      unreadable.add(e.path());
      throw e;
    } catch (CorruptFileException e) {
      unreadable.add(e.path());
      throw e;
    }
  }

  /**
   * Lets expire what is too old, and writes files again that have something in them that is deleted
   * or has expired; at most once a day, unless very much is deleted. A process that dies meanwhile
   * has done some of it.
   *
   * @param retention how long entries stay after their time; null: for ever
   * @return whether something was to be done
   */
  public final boolean tidy(Instant now, @Nullable Duration retention) {
    archive.refresh();
    Snapshot before = archive.snapshot();
    Contents contents = before.contents();
    Contents left =
        retention == null ? contents : contents.expiring(now.minus(retention).toEpochMilli());
    List<EntryFileInfo> untidy = left.untidy().stream().filter(this::isReadable).toList();
    boolean lessFiles = left.archived().size() < contents.archived().size();
    if (!isDue(contents, now) || (untidy.isEmpty() && !lessFiles)) {
      return false;
    }
    if (archive.advance(before, left)) {
      untidy.forEach(file -> rewrite(List.of(file)));
      Snapshot tidied = archive.snapshot();
      boolean _ = archive.advance(tidied, tidied.contents().tidiedAt(now.toEpochMilli()));
    }
    return true;
  }

  private static boolean isDue(Contents contents, Instant now) {
    return contents.erasures().size() >= MOST_ERASURES
        || !now.isBefore(Instant.ofEpochMilli(contents.tidied()).plus(TIDY));
  }
}
