package dev.millrace.events.run;

/** What is known of a task. */
public enum TaskStatus {
  notstarted,
  skipped,
  cancelled,
  running,
  stopped,
  success,
  failed;

  /** Whether the task has ended. */
  public boolean ended() {
    return this != notstarted && this != running;
  }
}
