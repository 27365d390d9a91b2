package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskSpec;
import java.util.List;
import java.util.Map;

/** A run that a configuration asks for; what triggered it is not known here. */
public record PlannedRun(String name, List<TaskSpec> tasks) {
  public PlannedRun {
    tasks = List.copyOf(tasks);
  }

  /** The whole wish, with what the trigger knows. */
  public RunSpec toSpec(
      String group, Map<String, String> annotations, Map<String, String> staticEnvironment) {
    return new RunSpec(name, group, annotations, List.of(), staticEnvironment, Map.of(), tasks);
  }
}
