package dev.millrace.events.run;

/** How an attempt at a task ended. */
public enum TaskOutcome {
  success,
  /** A step exited with another status than 0. */
  failure,
  /** The executor could not do it: no fault of the task. */
  error,
  timeout,
  /** It was stopped. */
  cancelled,
  /** Its executor is gone. */
  lost,
  skipped
}
