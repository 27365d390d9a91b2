package dev.millrace.verification.simulation;

/** The process that runs this is gone. */
final class ProcessDeath extends Error {
  private static final long serialVersionUID = 1;

  ProcessDeath() {
    super("the process ends here", null, false, false);
  }
}
