package dev.millrace.datamanager.checkpoints;

import dev.millrace.events.Json;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.checkpoints.CheckpointException;
import dev.millrace.storage.checkpoints.CheckpointStore;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the deliveries before a position have made of refs, as checkpoints keep it: all of them have
 * been decided. Who reads deliveries begins there.
 */
public final class DeliveryCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryCheckpoints.class);
  private static final String TYPE = "refs";
  private static final int REFS = 1_000;

  private final CheckpointStore store;

  DeliveryCheckpoints(CheckpointStore store) {
    this.store = store;
  }

  /**
   * Where to begin with a partition.
   *
   * @param offset of the first delivery that is not in the refs
   * @param refs what each ref of each project points to; those that were deleted are absent
   */
  public record Start(long offset, Map<RootGroup, Map<String, String>> refs) {
    static final Start FIRST = new Start(0, Map.of());
  }

  /** Some refs of a project, as they are stored. */
  private record Part(RootGroup root, SortedMap<String, String> refs) {}

  /**
   * That of the newest checkpoint that can be read; the first delivery if there never was one.
   *
   * @throws CheckpointException if there are some and none can be read: who began with the first
   *     delivery that is left would take all refs for new
   */
  public Start newest(int partition) {
    List<Kept> all = store.kept();
    for (Kept kept : all) {
      Optional<Start> found = tryToRead(kept, partition);
      if (found.isPresent()) {
        return found.get();
      }
    }
    if (!all.isEmpty()) {
      throw new CheckpointException(
          "no checkpoint of %s can be read".formatted(name(partition)), null);
    }
    return Start.FIRST;
  }

  private Optional<Start> tryToRead(Kept kept, int partition) {
    try {
      return Optional.of(read(kept, partition));
    } catch (StorageException | UnreadableException e) {
      LOG.error(
          "the checkpoint of {} of {} cannot be read, the one before counts: {}",
          name(partition),
          kept.at(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * That of one checkpoint.
   *
   * @throws StorageException if a file is gone or damaged
   * @throws UnreadableException if it is of another format
   */
  Start read(Kept kept, int partition) {
    Map<RootGroup, Map<String, String>> refs = new HashMap<>();
    String prefix = name(partition) + "/";
    Iterator<Entry> entries = store.read(kept, new EntryKey(TYPE, prefix));
    while (entries.hasNext()) {
      Entry entry = entries.next();
      if (!entry.key().type().equals(TYPE) || !entry.key().id().startsWith(prefix)) {
        break;
      }
      Part part = Json.read(entry.value(), Part.class);
      refs.computeIfAbsent(part.root(), _ -> new HashMap<>()).putAll(part.refs());
    }
    return new Start(offset(kept, partition), refs);
  }

  /** The offset that one checkpoint goes up to; 0 if it knows nothing of deliveries. */
  static long offset(Kept kept, int partition) {
    return kept.positions().getOrDefault(name(partition), 0L);
  }

  /** Where a checkpoint says up to where the partition is in it. */
  public static String name(int partition) {
    return "%s/%05d".formatted(Topics.INCOMING_DELIVERIES.name(), partition);
  }

  /** The entries of one partition, by key. */
  public static List<Entry> entries(int partition, Map<RootGroup, Map<String, String>> refs) {
    List<Entry> entries = new ArrayList<>();
    refs.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(RootGroup::toString)))
        .forEach(
            project -> {
              SortedMap<String, String> some = new TreeMap<>();
              for (var ref : new TreeMap<>(project.getValue()).entrySet()) {
                some.put(ref.getKey(), ref.getValue());
                if (some.size() == REFS) {
                  entries.add(entry(partition, entries.size(), new Part(project.getKey(), some)));
                  some = new TreeMap<>();
                }
              }
              if (!some.isEmpty()) {
                entries.add(entry(partition, entries.size(), new Part(project.getKey(), some)));
              }
            });
    return entries;
  }

  private static Entry entry(int partition, int number, Part part) {
    return new Entry(
        new EntryKey(TYPE, "%s/%010d".formatted(name(partition), number)), Json.write(part));
  }
}
