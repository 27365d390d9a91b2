package dev.millrace.events.run;

import dev.millrace.events.run.TaskSpec.Copies;
import java.util.List;
import java.util.Map;

/**
 * One run as it is wished for.
 *
 * @param group path of the run's group, starting with its root group: {@code
 *     /project/<id>/branch/<name>}; names percent-encoded
 * @param annotations about the run as a whole: what triggered it, commit, message, …
 * @param setupErrors why it cannot run; if there are any, the run is created in the phase {@code
 *     setuperror}
 * @param staticEnvironment stays as it is when the run is created again: commit, ref, CI variables
 * @param environment may be another when the run is created again
 */
public record RunSpec(
    String name,
    String group,
    Map<String, String> annotations,
    List<SetupError> setupErrors,
    Map<String, String> staticEnvironment,
    Map<String, String> environment,
    List<TaskSpec> tasks) {

  public RunSpec {
    annotations = Copies.ordered(annotations);
    setupErrors = List.copyOf(setupErrors);
    staticEnvironment = Copies.ordered(staticEnvironment);
    environment = Copies.ordered(environment);
    tasks = List.copyOf(tasks);
  }

  /**
   * One thing that is wrong with a configuration.
   *
   * @param place where: {@code file:line:column}, a field path, or both; empty if nowhere special
   */
  public record SetupError(String place, String message) {}
}
