package dev.millrace.storage.archive;

import dev.millrace.storage.archive.Archive.Snapshot;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the objects of an archive that do not count: those whose writer died or was overtaken,
 * and those that were merged into others. Used by one thread at a time.
 */
public final class ArchiveSweep {
  /** How long an object stays after it was first seen not to count: somebody may be reading it. */
  public static final Duration GRACE = Duration.ofHours(1);

  private final Archive archive;
  private final ObjectStore objects;
  private final String folder;
  private final Map<String, Instant> seen = new HashMap<>();

  /**
   * Looks at nothing yet.
   *
   * @param folder of the archive's files, with a slash at its end; nothing else is below it
   */
  public ArchiveSweep(Archive archive, ObjectStore objects, String folder) {
    this.archive = archive;
    this.objects = objects;
    this.folder = folder;
  }

  /** Deletes what an earlier call, {@link #GRACE} before, has seen not to count. */
  public void sweep(Instant now) {
    Instant before = now.minus(GRACE);
    Set<String> idle = idle();
    seen.keySet().retainAll(idle);
    idle.forEach(path -> seen.putIfAbsent(path, now));
    List<String> due =
        idle.stream().filter(path -> !seen.getOrDefault(path, now).isAfter(before)).toList();
    if (!due.isEmpty() && fence()) {
      Set<String> count = counting();
      due.stream().filter(path -> !count.contains(path)).forEach(objects::delete);
    }
    archive.prune(before);
  }

  /** What is there and does not count, as far as it was there before the newest generation. */
  private Set<String> idle() {
    Set<String> paths = new HashSet<>();
    try (Stream<ObjectInfo> listed = objects.list(folder, "")) {
      listed.map(ObjectInfo::path).forEach(paths::add);
    }
    archive.refresh();
    paths.removeAll(counting());
    return paths;
  }

  private Set<String> counting() {
    Set<String> paths = new HashSet<>();
    archive.files().stream().map(EntryFileInfo::path).forEach(paths::add);
    return paths;
  }

  /**
   * Adds a generation that says what the last one said: a writer that is about to let one of these
   * objects count is overtaken by that, and looks again.
   */
  private boolean fence() {
    Snapshot now = archive.snapshot();
    return archive.advance(now, now.contents());
  }
}
