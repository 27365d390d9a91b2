package dev.millrace.storage.checkpoints;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFile;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Manifest;
import dev.millrace.storage.manifests.Manifests;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.NoSuchObjectException;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps the last few checkpoints, each some entries in files, and a manifest that lists them. One
 * that was not written whole is not listed.
 *
 * <p>Calls may come from any thread and block. They fail with the exceptions of the stores.
 */
public class CheckpointStore implements Sweep.Counting {
  private static final int GENERATIONS_KEPT = 3;

  private final ObjectStore objects;
  private final Manifests manifests;
  private final int most;
  private volatile Snapshot snapshot = new Snapshot(Manifest.NONE, Contents.EMPTY);

  private record Snapshot(Manifest manifest, Contents contents) {
    List<Kept> newestFirst() {
      return contents.newestFirst();
    }
  }

  CheckpointStore(ObjectStore objects, Manifests manifests, int most) {
    this.objects = objects;
    this.manifests = manifests;
    this.most = most;
  }

  /**
   * Opens the store, which is empty if there never was a checkpoint.
   *
   * @param name of the manifest
   * @param ids never one twice
   * @param most how many are kept
   */
  public static CheckpointStore open(
      ObjectStore objects,
      CoordinationStore coordination,
      String name,
      Supplier<String> ids,
      int most) {
    var store = new CheckpointStore(objects, new Manifests(objects, coordination, name, ids), most);
    store.refresh();
    return store;
  }

  /** Hears of those that were added before now. */
  public void refresh() {
    Manifest newest = manifests.newest();
    take(newest, Contents.read(newest.content(), manifests.pointer()));
  }

  private synchronized void take(Manifest manifest, Contents contents) {
    if (manifest.generation() > snapshot.manifest().generation()) {
      snapshot = new Snapshot(manifest, contents);
    }
  }

  /** Those that are kept, the newest first. */
  public List<Kept> kept() {
    return snapshot.newestFirst();
  }

  /**
   * Adds a checkpoint. If this throws, it may have been added all the same.
   *
   * @param positions up to where it goes
   * @param sorted its entries by key, no key twice
   * @return empty if it is behind one that is kept in any of its positions, or if somebody else has
   *     changed what is kept meanwhile: then it does not count
   */
  public Optional<Kept> add(
      Instant at, SortedMap<String, Long> positions, Iterator<Entry> sorted, EntryWriter files) {
    refresh();
    // Taken before anything is written: a sweep that finds the files idle overtakes this writer.
    Snapshot from = snapshot;
    var next = new Kept(at, positions, List.of());
    if (!from.newestFirst().stream().allMatch(kept -> follows(next, kept))) {
      return Optional.empty();
    }
    return added(from, new Kept(at, positions, files.write(sorted)), from.contents(), most);
  }

  /**
   * As {@link #add}, but none that was kept before is kept any more: they are of logs that are not
   * there now.
   *
   * @param why is noted for good
   */
  public Optional<Kept> begin(
      Instant at,
      SortedMap<String, Long> positions,
      Iterator<Entry> sorted,
      EntryWriter files,
      String why) {
    refresh();
    Snapshot from = snapshot;
    return added(
        from,
        new Kept(at, positions, files.write(sorted)),
        from.contents().plus(new Note(at, why)),
        1);
  }

  private Optional<Kept> added(Snapshot from, Kept added, Contents before, int keep) {
    if (advance(from, before.plus(added, keep))) {
      return Optional.of(added);
    }
    added.files().forEach(file -> objects.delete(file.path()));
    refresh();
    return Optional.empty();
  }

  private boolean advance(Snapshot from, Contents contents) {
    Optional<Manifest> advanced = manifests.advance(from.manifest(), contents.write());
    advanced.ifPresent(manifest -> take(manifest, contents));
    return advanced.isPresent();
  }

  /**
   * Notes something for good.
   *
   * @return false if somebody else has changed what is kept meanwhile: then it is not noted
   */
  public boolean note(Note note) {
    refresh();
    Snapshot from = snapshot;
    return advance(from, from.contents().plus(note));
  }

  /** What was noted, the oldest first; of very many the oldest are not kept. */
  public List<Note> notes() {
    return snapshot.contents().notes();
  }

  /** Whether a checkpoint may come after another one. */
  boolean follows(Kept next, Kept kept) {
    return next.follows(kept);
  }

  /**
   * The entries of a checkpoint under this key and those after it, in order.
   *
   * @throws CheckpointException if a file is gone, also when going on
   * @throws CorruptFileException if one is damaged, also when going on
   */
  public Iterator<Entry> read(Kept checkpoint, EntryKey from) {
    return new Reading(checkpoint.files(), from);
  }

  /** One file after the other, of which one block is in memory. */
  private final class Reading implements Iterator<Entry> {
    private final Iterator<EntryFileInfo> files;
    private final EntryKey from;
    private Iterator<Entry> entries = Collections.emptyIterator();

    Reading(List<EntryFileInfo> files, EntryKey from) {
      this.files = files.stream().filter(file -> file.last().compareTo(from) >= 0).iterator();
      this.from = from;
    }

    @Override
    public boolean hasNext() {
      try {
        while (!entries.hasNext() && files.hasNext()) {
          entries = EntryFile.open(objects, files.next()).from(from);
        }
        return entries.hasNext();
      } catch (NoSuchObjectException e) {
        throw new CheckpointException("a file of a checkpoint is missing: " + e.getMessage(), e);
      }
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return entries.next();
    }
  }

  @Override
  public Set<String> counting() {
    refresh();
    return kept().stream()
        .flatMap(kept -> kept.files().stream())
        .map(EntryFileInfo::path)
        .collect(Collectors.toSet());
  }

  @Override
  public boolean fence() {
    Snapshot now = snapshot;
    return advance(now, now.contents());
  }

  @Override
  public void prune(Instant before) {
    manifests.prune(GENERATIONS_KEPT, before);
  }
}
