package dev.millrace.launcher.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where settings are from.
 *
 * @param file null for none
 * @param assignments {@code KEY=VALUE}, which count more than the file; commas separate the
 *     elements of a list
 * @param variables of the environment: secrets may be in them
 */
public record Sources(
    @Nullable Path file, List<String> assignments, Map<String, String> variables) {
  public Sources {
    assignments = List.copyOf(assignments);
    variables = Map.copyOf(variables);
  }
}
