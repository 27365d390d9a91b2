package dev.millrace.storage.checkpoints;

import dev.millrace.storage.entries.EntryFileInfo;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A checkpoint that is kept.
 *
 * @param at when it was made
 * @param positions up to where, by the writer's own names
 * @param files with its entries; keys rise from file to file
 */
public record Kept(Instant at, SortedMap<String, Long> positions, List<EntryFileInfo> files) {
  public Kept {
    positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
    files = List.copyOf(files);
  }

  /** Whether this one is at no place behind the other one. */
  boolean follows(Kept other) {
    return other.positions.entrySet().stream()
        .allMatch(e -> positions.getOrDefault(e.getKey(), Long.MIN_VALUE) >= e.getValue());
  }
}
