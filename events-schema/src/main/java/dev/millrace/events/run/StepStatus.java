package dev.millrace.events.run;

/** What is known of a step of an attempt. */
public enum StepStatus {
  notstarted,
  running,
  success,
  failed,
  stopped
}
