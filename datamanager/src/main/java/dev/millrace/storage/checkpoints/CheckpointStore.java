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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the last few checkpoints, each some entries in files, and a manifest that lists them. One
 * that was not written whole is not listed.
 *
 * <p>Calls may come from any thread and block. They fail with the exceptions of the stores.
 */
public class CheckpointStore implements Sweep.Counting {
  private static final int GENERATIONS_KEPT = 3;
  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ObjectStore objects;
  private final Manifests manifests;
  private final int most;
  private volatile Snapshot snapshot = new Snapshot(Manifest.NONE, List.of());

  private record Snapshot(Manifest manifest, List<Kept> newestFirst) {}

  private record Stored(@Nullable Integer format, @Nullable List<StoredKept> checkpoints) {}

  private record StoredKept(
      long at, @Nullable SortedMap<String, Long> positions, @Nullable List<EntryFileInfo> files) {}

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
    take(newest, read(newest));
  }

  private synchronized void take(Manifest manifest, List<Kept> kept) {
    if (manifest.generation() > snapshot.manifest().generation()) {
      snapshot = new Snapshot(manifest, List.copyOf(kept));
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
    var added = new Kept(at, positions, files.write(sorted));
    List<Kept> all = new ArrayList<>();
    all.add(added);
    all.addAll(from.newestFirst().subList(0, Math.min(most - 1, from.newestFirst().size())));
    Optional<Manifest> advanced = manifests.advance(from.manifest(), write(all));
    if (advanced.isEmpty()) {
      added.files().forEach(file -> objects.delete(file.path()));
      refresh();
      return Optional.empty();
    }
    take(advanced.get(), all);
    return Optional.of(added);
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
    Optional<Manifest> added = manifests.advance(now.manifest(), write(now.newestFirst()));
    added.ifPresent(manifest -> take(manifest, now.newestFirst()));
    return added.isPresent();
  }

  @Override
  public void prune(Instant before) {
    manifests.prune(GENERATIONS_KEPT, before);
  }

  private static byte[] write(List<Kept> kept) {
    return JSON.writeValueAsBytes(
        new Stored(
            FORMAT,
            kept.stream()
                .map(k -> new StoredKept(k.at().toEpochMilli(), k.positions(), k.files()))
                .toList()));
  }

  private List<Kept> read(Manifest manifest) {
    if (manifest.content().length == 0) {
      return List.of();
    }
    try {
      Stored stored = JSON.readValue(manifest.content(), Stored.class);
      if (stored.format() == null || stored.format() != FORMAT || stored.checkpoints() == null) {
        throw new CheckpointException(
            manifests.pointer() + " is not of a format that is known here", null);
      }
      return stored.checkpoints().stream().map(CheckpointStore::kept).toList();
    } catch (JacksonException e) {
      throw new CheckpointException(
          "cannot read %s: %s".formatted(manifests.pointer(), e.getMessage()), e);
    }
  }

  private static Kept kept(StoredKept stored) {
    SortedMap<String, Long> positions =
        stored.positions() == null ? Collections.emptySortedMap() : stored.positions();
    return new Kept(
        Instant.ofEpochMilli(stored.at()),
        positions,
        stored.files() == null ? List.of() : stored.files());
  }
}
