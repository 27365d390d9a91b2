package dev.millrace.executor.core;

/** How a step ended, as its driver saw it. */
public sealed interface StepExit {
  /**
   * Its process ended by itself.
   *
   * @param code 128 + n if it was ended by signal n
   */
  record Exited(int code) implements StepExit {}

  /** It was stopped, or was not started since its workspace had been stopped before. */
  record Stopped() implements StepExit {}

  /** It could not be started or watched: no fault of what the step does. */
  record Failed(String message) implements StepExit {}
}
