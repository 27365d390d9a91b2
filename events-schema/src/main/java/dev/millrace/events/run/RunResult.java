package dev.millrace.events.run;

/** What came of a run. Set once; from then on it stays. */
public enum RunResult {
  unknown,
  stopped,
  success,
  failed
}
