package dev.millrace.storage.manifests;

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
 * Removes the objects of a folder that do not count by a manifest: those whose writer died or was
 * overtaken, and those that gave way to others. Used by one thread at a time.
 */
public final class Sweep {
  /** How long an object stays after it was first seen not to count: somebody may be reading it. */
  public static final Duration GRACE = Duration.ofHours(1);

  private final Counting manifest;
  private final ObjectStore objects;
  private final String folder;
  private final Duration grace;
  private final Map<String, Instant> seen = new HashMap<>();

  /** A manifest that says which objects count. */
  public interface Counting {
    /** The paths that count in the newest generation. */
    Set<String> counting();

    /**
     * Adds a generation that says what the last one said: a writer that is about to let one of the
     * other objects count is overtaken by that, and looks again.
     *
     * @return false if another generation came between
     */
    boolean fence();

    /** Deletes generations that nobody needs and that were written before. */
    void prune(Instant before);
  }

  /**
   * Looks at nothing yet.
   *
   * @param folder of the objects, with a slash at its end; nothing else is below it
   */
  public Sweep(Counting manifest, ObjectStore objects, String folder) {
    this(manifest, objects, folder, GRACE);
  }

  /** As the other one, with another time of grace. */
  public Sweep(Counting manifest, ObjectStore objects, String folder, Duration grace) {
    this.manifest = manifest;
    this.objects = objects;
    this.folder = folder;
    this.grace = grace;
  }

  /** Deletes what an earlier call, the time of grace before, has seen not to count. */
  public void sweep(Instant now) {
    Instant before = now.minus(grace);
    Set<String> idle = idle();
    seen.keySet().retainAll(idle);
    idle.forEach(path -> seen.putIfAbsent(path, now));
    List<String> due =
        idle.stream().filter(path -> !seen.getOrDefault(path, now).isAfter(before)).toList();
    if (!due.isEmpty() && manifest.fence()) {
      Set<String> count = manifest.counting();
      due.stream().filter(path -> !count.contains(path)).forEach(objects::delete);
    }
    manifest.prune(before);
  }

  /** What is there and does not count, as far as it was there before the newest generation. */
  private Set<String> idle() {
    Set<String> paths = new HashSet<>();
    try (Stream<ObjectInfo> listed = objects.list(folder, "")) {
      listed.map(ObjectInfo::path).forEach(paths::add);
    }
    paths.removeAll(manifest.counting());
    return paths;
  }
}
