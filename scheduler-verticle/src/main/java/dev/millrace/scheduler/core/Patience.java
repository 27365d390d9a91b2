package dev.millrace.scheduler.core;

import java.time.Duration;

/**
 * How long the scheduler waits.
 *
 * @param decision for the decision on a command, before it is thought lost and sent again; longer
 *     while decisions take longer
 * @param unknownExecutor for the first sign of life of an executor that holds attempts and has not
 *     been heard of: not shorter than the longest lease and kill time of any executor
 */
public record Patience(Duration decision, Duration unknownExecutor) {
  /** What fits the lease of the executor of {@code up}, 10 s and 2 s to kill. */
  public static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(12));
}
