package dev.millrace.events.run;

import dev.millrace.events.RunId;

/**
 * Names one attempt at a task.
 *
 * @param attempt counts from 1 within the task
 */
public record AttemptRef(RunId run, String task, int attempt) {
  @Override
  public String toString() {
    return run + "/" + task + "/" + attempt;
  }
}
