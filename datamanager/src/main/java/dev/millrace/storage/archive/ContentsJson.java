package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What an archive consists of, as it is written. */
final class ContentsJson {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private ContentsJson() {}

  /**
   * What is written; all but the first three are missing in what was written before there were
   * deletions.
   *
   * @param times the oldest and the newest of each file
   */
  private record Stored(
      @Nullable Integer format,
      @Nullable List<EntryFileInfo> files,
      @Nullable SortedMap<String, Long> positions,
      @Nullable List<Times> times,
      @Nullable List<Erased> erased,
      @Nullable Long horizon,
      @Nullable Long tidied) {}

  private record Times(@Nullable Long oldest, @Nullable Long newest) {
    static final Times NONE = new Times(null, null);
  }

  /** Deleted entries; the files are those that have these indexes in the list. */
  private record Erased(EntryKey prefix, List<Integer> files) {}

  static byte[] write(Contents contents) {
    List<ArchivedFile> files = contents.archived();
    List<Erased> erased = new ArrayList<>();
    for (Erasure each : contents.erasures()) {
      List<Integer> in =
          IntStream.range(0, files.size())
              .filter(i -> each.files().contains(files.get(i).info().path()))
              .boxed()
              .toList();
      erased.add(new Erased(each.prefix(), in));
    }
    return JSON.writeValueAsBytes(
        new Stored(
            FORMAT,
            contents.files(),
            contents.positions(),
            files.stream().map(file -> new Times(file.oldest(), file.newest())).toList(),
            erased,
            contents.horizon(),
            contents.tidied()));
  }

  /**
   * What was written.
   *
   * @param where names the manifest in the error
   */
  static Contents read(byte[] written, String where) {
    if (written.length == 0) {
      return Contents.EMPTY;
    }
    try {
      return contents(JSON.readValue(written, Stored.class), where);
    } catch (JacksonException e) {
      throw new ArchiveException("cannot read %s: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static Contents contents(Stored stored, String where) {
    List<EntryFileInfo> files = stored.files();
    SortedMap<String, Long> positions = stored.positions();
    List<Times> times = stored.times();
    if (stored.format() == null
        || stored.format() != FORMAT
        || files == null
        || positions == null
        || (times != null && times.size() != files.size())) {
      throw new ArchiveException(where + " is not of a format that is known here", null);
    }
    List<ArchivedFile> archived = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Times of = times == null ? Times.NONE : times.get(i);
      archived.add(new ArchivedFile(files.get(i), of.oldest(), of.newest()));
    }
    return new Contents(
        archived,
        positions,
        erasures(stored, i -> files.get(i).path()),
        stored.horizon() == null ? Contents.EMPTY.horizon() : stored.horizon(),
        stored.tidied() == null ? Contents.EMPTY.tidied() : stored.tidied());
  }

  private static List<Erasure> erasures(Stored stored, Function<Integer, String> path) {
    List<Erased> erased = stored.erased();
    return erased == null
        ? List.of()
        : erased.stream()
            .map(
                each ->
                    new Erasure(
                        each.prefix(), each.files().stream().map(path).collect(Collectors.toSet())))
            .toList();
  }
}
