package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The file outside of Millrace that every step appends a line to: what really happened.
 *
 * @param seconds how long a step takes, for {@code sleep}
 */
record Effects(Path file, String seconds) {
  /** A shell command that leaves a line for its attempt, and prints before and after it. */
  String command() {
    return "echo begins; sleep "
        + seconds
        + "; echo"
        + " \"$MILLRACE_PROJECT_ID/$MILLRACE_RUN_NUMBER/$MILLRACE_TASK/$MILLRACE_ATTEMPT\""
        + " >> "
        + file
        + " && echo left a line";
  }

  List<String> lines() throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** No attempt has left two lines. */
  void assertNothingTwice() throws IOException {
    var twice =
        lines().stream()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
            .entrySet()
            .stream()
            .filter(entry -> entry.getValue() > 1)
            .toList();
    assertThat(twice).as("attempts whose step ran twice").isEmpty();
  }
}
