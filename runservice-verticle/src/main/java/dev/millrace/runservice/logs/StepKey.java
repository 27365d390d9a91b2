package dev.millrace.runservice.logs;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;

/** Whose output a chunk is: what was written by another incarnation is another's. */
record StepKey(AttemptRef attempt, String incarnation, int step) {
  static StepKey of(LogChunk chunk) {
    return new StepKey(chunk.attempt(), chunk.incarnation(), chunk.step());
  }
}
