package dev.millrace.storage.checkpoints;

import dev.millrace.storage.entries.EntryFileInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is kept: the content of the manifest.
 *
 * @param notes the oldest first
 */
record Contents(List<Kept> newestFirst, List<Note> notes) {
  static final Contents EMPTY = new Contents(List.of(), List.of());

  private static final int FORMAT = 1;
  private static final int MOST_NOTES = 50;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private record Stored(
      @Nullable Integer format,
      @Nullable List<StoredKept> checkpoints,
      @Nullable List<StoredNote> notes) {}

  private record StoredKept(
      long at, @Nullable SortedMap<String, Long> positions, @Nullable List<EntryFileInfo> files) {
    static StoredKept of(Kept kept) {
      return new StoredKept(kept.at().toEpochMilli(), kept.positions(), kept.files());
    }

    Kept kept() {
      return new Kept(
          Instant.ofEpochMilli(at),
          positions == null ? Collections.emptySortedMap() : positions,
          files == null ? List.of() : files);
    }
  }

  private record StoredNote(long at, String text) {
    static StoredNote of(Note note) {
      return new StoredNote(note.at().toEpochMilli(), note.text());
    }

    Note note() {
      return new Note(Instant.ofEpochMilli(at), text);
    }
  }

  Contents {
    newestFirst = List.copyOf(newestFirst);
    notes = List.copyOf(notes);
  }

  /** With one more, of which so many are kept. */
  Contents plus(Kept newest, int most) {
    List<Kept> all = new ArrayList<>();
    all.add(newest);
    all.addAll(newestFirst.subList(0, Math.min(most - 1, newestFirst.size())));
    return new Contents(all, notes);
  }

  /** With one more; of very many the oldest are left out. */
  Contents plus(Note note) {
    List<Note> all = new ArrayList<>(notes);
    all.add(note);
    return new Contents(newestFirst, all.subList(Math.max(0, all.size() - MOST_NOTES), all.size()));
  }

  byte[] write() {
    return JSON.writeValueAsBytes(
        new Stored(
            FORMAT,
            newestFirst.stream().map(StoredKept::of).toList(),
            notes.stream().map(StoredNote::of).toList()));
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
      if (stored.format() == null || stored.format() != FORMAT || stored.checkpoints() == null) {
        throw new CheckpointException(where + " is not of a format that is known here", null);
      }
      return new Contents(
          stored.checkpoints().stream().map(StoredKept::kept).toList(),
          stored.notes() == null
              ? List.of()
              : stored.notes().stream().map(StoredNote::note).toList());
    } catch (JacksonException e) {
      throw new CheckpointException("cannot read %s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
