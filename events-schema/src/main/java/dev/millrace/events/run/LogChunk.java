package dev.millrace.events.run;

/**
 * A record on {@code task-logs}: some bytes of the output of a step. Its key is the run's id. What
 * counts are the chunks of the incarnation that claimed the attempt.
 *
 * @param position of the first byte in the output of the step
 * @param last there will be no more chunks of this step; such a chunk may be empty
 */
public record LogChunk(
    AttemptRef attempt, String incarnation, int step, long position, boolean last, byte[] bytes) {}
