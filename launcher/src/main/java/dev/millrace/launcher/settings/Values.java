package dev.millrace.launcher.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of settings, by their keys. */
final class Values {
  private final Map<Key<?>, Object> values = new LinkedHashMap<>();
  private final Map<Key<?>, String> sources = new LinkedHashMap<>();
  private final List<Path> secretFiles = new ArrayList<>();

  /**
   * Keeps a value.
   *
   * @param source as it is shown: the text, or where a secret is from
   */
  <T> void put(Key<T> key, T value, String source) {
    values.put(key, value);
    sources.put(key, source);
  }

  /** Keeps where a secret was read. */
  void readFrom(Path file) {
    secretFiles.add(file);
  }

  /** Where secrets were read. */
  List<Path> secretFiles() {
    return List.copyOf(secretFiles);
  }

  boolean has(Key<?> key) {
    return values.containsKey(key);
  }

  @SuppressWarnings("unchecked") // put has seen to it
  <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable((T) values.get(key));
  }

  <T> @Nullable T orNull(Key<T> key) {
    return find(key).orElse(null);
  }

  <T> T get(Key<T> key) {
    return find(key)
        .orElseThrow(() -> new NoSuchElementException("nothing is set for " + key.name()));
  }

  /** How the value is written in a file; empty if there is none. */
  Optional<String> source(Key<?> key) {
    return Optional.ofNullable(sources.get(key));
  }
}
