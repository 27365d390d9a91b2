package dev.millrace.executor.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one step does, in words that every driver understands.
 *
 * @param shell program and arguments; a file with the script is appended to them
 * @param environment all of it, apart from what the driver itself gives ({@code PATH}, {@code
 *     HOME}, …), which it overrides
 * @param workingDir relative to the workspace, or {@code ~} and what is below it
 */
public record StepCommand(
    List<String> shell, String script, Map<String, String> environment, String workingDir) {
  /** Where steps start unless they say otherwise. */
  public static final String PROJECT = "project";

  public StepCommand {
    shell = List.copyOf(shell);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** Without the environment: it may hold secrets. */
  @Override
  public String toString() {
    return "step %s in %s".formatted(shell, workingDir);
  }
}
