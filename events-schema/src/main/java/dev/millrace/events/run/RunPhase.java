package dev.millrace.events.run;

/** Where a run is in its life. */
public enum RunPhase {
  setuperror,
  queued,
  cancelled,
  running,
  finished;

  /** Whether nothing will happen to the run any more. */
  public boolean ended() {
    return this == setuperror || this == cancelled || this == finished;
  }
}
