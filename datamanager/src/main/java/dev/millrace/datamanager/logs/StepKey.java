package dev.millrace.datamanager.logs;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;

/**
 * Whose output something is: that of a step in an attempt, as one incarnation of an executor wrote
 * it. What another incarnation wrote is another's.
 */
public record StepKey(AttemptRef attempt, String incarnation, int step) {
  /** Whose output the chunk is of. */
  public static StepKey of(LogChunk chunk) {
    return new StepKey(chunk.attempt(), chunk.incarnation(), chunk.step());
  }

  @Override
  public String toString() {
    return "step %d of %s".formatted(step, attempt);
  }
}
