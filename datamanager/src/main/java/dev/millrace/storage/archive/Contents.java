package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an archive consists of: the content of its manifest.
 *
 * @param files from the oldest to the newest; of two with one key the newer one counts
 * @param positions up to where what was to be archived is in the files, by the writer's own names
 */
record Contents(List<EntryFileInfo> files, SortedMap<String, Long> positions) {
  static final Contents EMPTY = new Contents(List.of(), Collections.emptySortedMap());

  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private record Stored(
      @Nullable Integer format,
      @Nullable List<EntryFileInfo> files,
      @Nullable SortedMap<String, Long> positions) {}

  Contents {
    files = List.copyOf(files);
    positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
  }

  Contents plus(List<EntryFileInfo> newer, SortedMap<String, Long> upTo) {
    List<EntryFileInfo> all = new ArrayList<>(files);
    all.addAll(newer);
    SortedMap<String, Long> moved = new TreeMap<>(positions);
    moved.putAll(upTo);
    return new Contents(all, moved);
  }

  /**
   * With others in the place of some that follow one another.
   *
   * @return null if those are not all there any more
   */
  @Nullable Contents replaced(List<EntryFileInfo> these, List<EntryFileInfo> by) {
    int at = Collections.indexOfSubList(files, these);
    if (at < 0) {
      return null;
    }
    List<EntryFileInfo> all = new ArrayList<>(files.subList(0, at));
    all.addAll(by);
    all.addAll(files.subList(at + these.size(), files.size()));
    return new Contents(all, positions);
  }

  byte[] write() {
    return JSON.writeValueAsBytes(new Stored(FORMAT, files, positions));
  }

  /**
   * What was written.
   *
   * @param where names the manifest in the error
   */
  static Contents read(byte[] written, String where) {
    if (written.length == 0) {
      return EMPTY;
    }
    try {
      Stored stored = JSON.readValue(written, Stored.class);
      if (stored.format() == null
          || stored.format() != FORMAT
          || stored.files() == null
          || stored.positions() == null) {
        throw new ArchiveException(where + " is not of a format that is known here", null);
      }
      return new Contents(stored.files(), stored.positions());
    } catch (JacksonException e) {
      throw new ArchiveException("cannot read %s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
