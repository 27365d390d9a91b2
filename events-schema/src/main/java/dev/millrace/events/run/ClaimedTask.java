package dev.millrace.events.run;

import java.util.Map;

/**
 * What an executor gets for its claim, over HTTP and nowhere else: all that it needs to run the
 * task.
 *
 * @param environment of the task, merged by precedence; that of a step goes over it
 * @param token a {@link TaskToken}: what the task shows to read its repository
 */
public record ClaimedTask(
    AttemptRef attempt, TaskSpec task, Map<String, String> environment, String token) {
  public ClaimedTask {
    environment = TaskSpec.Copies.ordered(environment);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "claimed " + attempt;
  }
}
