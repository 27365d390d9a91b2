package dev.millrace.runservice;

import dev.millrace.events.run.RunSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a run is called, and the words of it. */
final class RunText {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private RunText() {}

  static @Nullable String branch(RunSpec spec) {
    return spec.annotations().get("branch");
  }

  static @Nullable String author(RunSpec spec) {
    return spec.annotations().get("author");
  }

  /** Letters and digits that stand together, in lower case. */
  static List<String> words(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Whether each of the words is the beginning of a word of its name, branch or author. */
  static boolean speaksOf(RunSpec spec, List<String> wanted) {
    if (wanted.isEmpty()) {
      return true;
    }
    List<String> all =
        Stream.of(spec.name(), branch(spec), author(spec))
            .filter(Objects::nonNull)
            .flatMap(text -> words(text).stream())
            .toList();
    return wanted.stream().allMatch(word -> all.stream().anyMatch(one -> one.startsWith(word)));
  }
}
