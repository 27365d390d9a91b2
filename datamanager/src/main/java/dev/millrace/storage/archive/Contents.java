package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an archive consists of: the content of its manifest.
 *
 * @param archived its files from the oldest to the newest; of two with one key the newer one counts
 * @param positions up to where what was to be archived is in the files, by the writer's own names
 * @param erasures what is deleted and still in files
 * @param horizon what is of a time before has expired, in milliseconds since the epoch
 * @param tidied when what is deleted or has expired was last taken out of the files, likewise
 */
record Contents(
    List<ArchivedFile> archived,
    SortedMap<String, Long> positions,
    List<Erasure> erasures,
    long horizon,
    long tidied) {
  static final Contents EMPTY =
      new Contents(List.of(), Collections.emptySortedMap(), List.of(), Long.MIN_VALUE, 0);

  Contents {
    archived = List.copyOf(archived);
    positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
    erasures = erasures.stream().filter(each -> !each.files().isEmpty()).toList();
  }

  List<EntryFileInfo> files() {
    return archived.stream().map(ArchivedFile::info).toList();
  }

  /** With more files; nothing of them is deleted. */
  Contents plus(List<ArchivedFile> newer, SortedMap<String, Long> upTo) {
    List<ArchivedFile> all = new ArrayList<>(archived);
    all.addAll(newer);
    SortedMap<String, Long> moved = new TreeMap<>(positions);
    moved.putAll(upTo);
    return new Contents(all, moved, erasures, horizon, tidied);
  }

  /** With these files only; of them nothing is deleted. */
  Contents instead(List<ArchivedFile> these, SortedMap<String, Long> upTo) {
    return new Contents(these, upTo, List.of(), horizon, tidied);
  }

  /** Without the entries, in the files that there are, whose keys begin so. */
  Contents erasing(Collection<EntryKey> prefixes) {
    Map<EntryKey, Erasure> all = new LinkedHashMap<>();
    erasures.forEach(each -> all.put(each.prefix(), each));
    for (EntryKey prefix : prefixes) {
      all.put(prefix, new Erasure(prefix, pathsWith(prefix, archived)));
    }
    return new Contents(archived, positions, List.copyOf(all.values()), horizon, tidied);
  }

  private static Set<String> pathsWith(EntryKey prefix, List<ArchivedFile> files) {
    return files.stream()
        .map(ArchivedFile::info)
        .filter(file -> Erasure.mayBeIn(prefix, file))
        .map(EntryFileInfo::path)
        .collect(Collectors.toSet());
  }

  /** What is deleted in a file, as prefixes of keys. */
  List<EntryKey> erasedIn(EntryFileInfo file) {
    return erasures.stream()
        .filter(each -> each.files().contains(file.path()))
        .map(Erasure::prefix)
        .toList();
  }

  /**
   * With others in the place of some that follow one another. What was deleted in those only after
   * they were read is deleted in the others.
   *
   * @param read what those were read from
   * @return null if those are not all there any more
   */
  @Nullable Contents replaced(Contents read, List<EntryFileInfo> these, List<ArchivedFile> by) {
    int at = Collections.indexOfSubList(files(), these);
    if (at < 0) {
      return null;
    }
    List<ArchivedFile> all = new ArrayList<>(archived.subList(0, at));
    all.addAll(by);
    all.addAll(archived.subList(at + these.size(), archived.size()));
    List<Erasure> left = new ArrayList<>();
    for (Erasure each : erasures) {
      boolean later =
          these.stream()
              .anyMatch(
                  file ->
                      each.files().contains(file.path())
                          && !read.erasedIn(file).contains(each.prefix()));
      Set<String> in = new LinkedHashSet<>(each.files());
      these.forEach(file -> in.remove(file.path()));
      in.addAll(later ? pathsWith(each.prefix(), by) : Set.of());
      left.add(new Erasure(each.prefix(), in));
    }
    return new Contents(all, positions, left, horizon, tidied);
  }

  /** With a horizon that has moved forward: files of which all has expired are not there. */
  Contents expiring(long before) {
    Set<String> gone =
        archived.stream()
            .filter(file -> file.isBefore(before))
            .map(file -> file.info().path())
            .collect(Collectors.toSet());
    return new Contents(
        archived.stream().filter(file -> !gone.contains(file.info().path())).toList(),
        positions,
        erasures.stream().map(each -> each.without(gone)).toList(),
        Math.max(horizon, before),
        tidied);
  }

  Contents tidiedAt(long millis) {
    return new Contents(archived, positions, erasures, horizon, millis);
  }

  /** The files that have something in them that is deleted or has expired. */
  List<EntryFileInfo> untidy() {
    return archived.stream()
        .filter(file -> file.hasBefore(horizon) || !erasedIn(file.info()).isEmpty())
        .map(ArchivedFile::info)
        .toList();
  }
}
