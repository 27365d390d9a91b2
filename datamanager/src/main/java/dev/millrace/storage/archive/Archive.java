package dev.millrace.storage.archive;

import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.manifests.Manifest;
import dev.millrace.storage.manifests.Manifests;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Entries by key, in entry files of which a manifest tells which count. This is how they are read:
 * as of the generation that was the newest at {@link #refresh}, until a file of that generation is
 * gone, which is looked up again. {@link ArchiveWriter} adds to it.
 *
 * <p>Calls may come from any thread and block. They fail with the exceptions of the stores, and
 * with {@link dev.millrace.storage.entries.CorruptFileException}.
 */
public final class Archive implements Sweep.Counting {
  private static final int GENERATIONS_KEPT = 3;
  // Bytes of indexes: a process may have six archives open, in a heap of a gigabyte.
  private static final long MOST_OPEN = 32 << 20;

  private final ObjectStore objects;
  private final Manifests manifests;
  private final OpenFiles files;
  private volatile Snapshot snapshot = new Snapshot(Manifest.NONE, Contents.EMPTY);

  /** A generation and what it says. */
  record Snapshot(Manifest manifest, Contents contents) {}

  private Archive(ObjectStore objects, Manifests manifests) {
    this.objects = objects;
    this.manifests = manifests;
    this.files = new OpenFiles(objects, MOST_OPEN);
  }

  /**
   * Opens an archive, which is empty if nothing was ever added.
   *
   * @param name of the manifest
   * @param ids never one twice
   */
  public static Archive open(
      ObjectStore objects, CoordinationStore coordination, String name, Supplier<String> ids) {
    var archive = new Archive(objects, new Manifests(objects, coordination, name, ids));
    archive.refresh();
    return archive;
  }

  /** The key in the coordination store that changes whenever there is a new generation. */
  public String pointer() {
    return manifests.pointer();
  }

  /** Reads the newest generation from now on. */
  public void refresh() {
    Manifest newest = manifests.newest();
    take(newest);
  }

  private synchronized void take(Manifest manifest) {
    if (manifest.generation() <= snapshot.manifest().generation()) {
      return; // another thread was faster
    }
    var now = new Snapshot(manifest, ContentsJson.read(manifest.content(), manifests.pointer()));
    snapshot = now;
    files.retain(now.contents().files());
  }

  /** Up to where the writer's sources are archived. */
  public SortedMap<String, Long> positions() {
    return snapshot.contents().positions();
  }

  /** What is of a time before this has expired; empty if nothing ever does. */
  public Optional<Instant> horizon() {
    long horizon = snapshot.contents().horizon();
    return horizon == Contents.EMPTY.horizon()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(horizon));
  }

  /** The files that count, from the oldest to the newest. */
  public List<EntryFileInfo> files() {
    return snapshot.contents().files();
  }

  /** The files that count in the newest generation and are not there. */
  public List<EntryFileInfo> lost() {
    refresh();
    return gone(snapshot.contents());
  }

  private List<EntryFileInfo> gone(Contents contents) {
    return contents.files().stream().filter(file -> objects.stat(file.path()).isEmpty()).toList();
  }

  /**
   * What is archived under the key; empty if nothing is.
   *
   * @throws LostFileException if it may have been in a file that is gone
   */
  public Optional<byte[]> find(EntryKey key) {
    return reading(contents -> find(contents, key));
  }

  private Optional<byte[]> find(Contents contents, EntryKey key) {
    for (EntryFileInfo file : contents.files().reversed()) {
      Optional<byte[]> found = file.mayHave(key) ? files.find(file, key) : Optional.empty();
      if (found.isPresent() && !isErased(contents, file, key)) {
        return found.filter(marked -> Change.at(marked) >= contents.horizon()).map(Change::value);
      }
    }
    return Optional.empty();
  }

  /** Whether what is in the file under the entry's key is archived. */
  static boolean counts(Contents of, EntryFileInfo in, Entry marked) {
    return !isErased(of, in, marked.key()) && Change.at(marked.value()) >= of.horizon();
  }

  private static boolean isErased(Contents contents, EntryFileInfo file, EntryKey key) {
    return contents.erasures().stream()
        .anyMatch(each -> each.covers(key) && each.files().contains(file.path()));
  }

  /** Looks up entries by where they are in the order of their folder. */
  public FolderSearch search() {
    return new FolderSearch(this);
  }

  /**
   * What is archived under the key and, if there is anything, what follows it in the same file: the
   * cheap way to go on through entries that are never archived again, as it does not look whether
   * they were. Going on fails with {@link LostFileException} where the file is gone.
   *
   * @throws StorageException if it is in no file that can be read, and others cannot: a {@link
   *     LostFileException} or {@link CorruptFileException}
   */
  public Iterator<Entry> together(EntryKey key) {
    return reading(contents -> together(contents, key));
  }

  private Iterator<Entry> together(Contents of, EntryKey key) {
    StorageException unreadable = null;
    for (EntryFileInfo file : of.files().reversed()) {
      try {
        Optional<Iterator<Entry>> found =
            file.mayHave(key) ? files.startingWith(file, key) : Optional.empty();
        if (found.isPresent() && !isErased(of, file, key)) {
          return stream(found.get())
              .filter(marked -> Change.at(marked.value()) >= of.horizon())
              .map(Change::unmarked)
              .iterator();
        }
      } catch (LostFileException | CorruptFileException e) {
        unreadable = e;
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return Collections.emptyIterator();
  }

  /**
   * All that is archived under this key and those after it, in order; a block of each file is in
   * memory. Going on fails with {@link LostFileException} where a file is gone.
   */
  public Iterator<Entry> from(EntryKey key) {
    return reading(contents -> entries(contents, contents.files(), key));
  }

  /**
   * What was archived at one moment.
   *
   * @param positions up to where
   * @param entries in order; a block of each file is in memory
   */
  public record Rest(SortedMap<String, Long> positions, Iterator<Entry> entries) {}

  /**
   * All that is archived under this key and those after it, now, and can be read.
   *
   * @param unreadable told of each file that is missing, by a {@link LostFileException}, at once;
   *     and of each that is damaged, by a {@link CorruptFileException}, when it is come to: the
   *     entries of the file that follow are left out
   */
  public Rest rest(EntryKey key, Consumer<StorageException> unreadable) {
    refresh();
    Contents now = snapshot.contents();
    List<Iterator<Entry>> sequences = new ArrayList<>();
    for (EntryFileInfo file : now.files()) {
      if (objects.stat(file.path()).isEmpty()) {
        unreadable.accept(new LostFileException(file, null));
      } else if (file.last().compareTo(key) >= 0) {
        sequences.add(new ReadablePart(() -> sequence(now, file, key), unreadable));
      }
    }
    return new Rest(now.positions(), entries(now, sequences));
  }

  /** What was archived, as of each generation that is still there, the newest first. */
  public Stream<Generation> generations() {
    return manifests.whole().map(Generation::new);
  }

  /** What was archived at a moment. Calls fail as those of the archive. */
  public final class Generation {
    private final Manifest manifest;

    private Generation(Manifest manifest) {
      this.manifest = manifest;
    }

    /** Up to where the writer's sources were archived. */
    public SortedMap<String, Long> positions() {
      return contents().positions();
    }

    /**
     * What was archived under this key and those after it, in order. Going on fails with {@link
     * LostFileException} where a file is gone.
     */
    public Iterator<Entry> from(EntryKey key) {
      Contents then = contents();
      return entries(then, then.files(), key);
    }

    private Contents contents() {
      return ContentsJson.read(manifest.content(), manifests.pointer());
    }
  }

  private Iterator<Entry> entries(Contents of, List<EntryFileInfo> files, EntryKey key) {
    return entries(of, sequences(of, files, key));
  }

  private static Iterator<Entry> entries(Contents of, List<Iterator<Entry>> sequences) {
    return merged(of, sequences).map(Change::unmarked).iterator();
  }

  /** As they are in the files, but for what is deleted or has expired. */
  Stream<Entry> merged(Contents of, List<EntryFileInfo> files, EntryKey from) {
    return merged(of, sequences(of, files, from));
  }

  private static Stream<Entry> merged(Contents of, List<Iterator<Entry>> sequences) {
    return stream(new Merge(sequences)).filter(marked -> Change.at(marked.value()) >= of.horizon());
  }

  private List<Iterator<Entry>> sequences(Contents of, List<EntryFileInfo> files, EntryKey from) {
    return files.stream()
        .filter(file -> file.last().compareTo(from) >= 0)
        .map(file -> sequence(of, file, from))
        .toList();
  }

  private Iterator<Entry> sequence(Contents of, EntryFileInfo file, EntryKey from) {
    Iterator<Entry> entries = files.from(file, from);
    List<EntryKey> erased = of.erasedIn(file);
    return erased.isEmpty()
        ? entries
        : stream(entries).filter(entry -> !covers(erased, entry.key())).iterator();
  }

  private static boolean covers(List<EntryKey> prefixes, EntryKey key) {
    return prefixes.stream().anyMatch(prefix -> Erasure.covers(prefix, key));
  }

  private static Stream<Entry> stream(Iterator<Entry> entries) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(entries, Spliterator.ORDERED), false);
  }

  /** Files that were merged go after a while: then there is a newer generation. */
  <T> T reading(Function<Contents, T> reading) {
    Snapshot before = snapshot;
    try {
      return reading.apply(before.contents());
    } catch (LostFileException e) {
      refresh();
      Snapshot now = snapshot;
      if (now.manifest().generation() == before.manifest().generation()) {
        throw e;
      }
      return reading.apply(now.contents());
    }
  }

  /** What is read of the files that count. */
  OpenFiles open() {
    return files;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /**
   * Makes these the contents, if the ones they were made from are the newest.
   *
   * @return whether they are now; if not, what is newer is read from now on
   * @throws ObjectStoreException if there is a newer one, but the object storage does not list it
   */
  boolean advance(Snapshot from, Contents contents) {
    Optional<Manifest> added = manifests.advance(from.manifest(), ContentsJson.write(contents));
    added.ifPresentOrElse(this::take, this::refresh);
    if (added.isEmpty() && snapshot.manifest().generation() <= from.manifest().generation()) {
      // Whoever tries again at once would do so for as long as the listing is behind.
      throw new ObjectStoreException(
          "%s has a generation after %d, which the object storage does not list"
              .formatted(manifests.pointer(), from.manifest().generation()),
          null);
    }
    return added.isPresent();
  }

  @Override
  public Set<String> counting() {
    refresh();
    return files().stream().map(EntryFileInfo::path).collect(Collectors.toSet());
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
