package dev.millrace.events.run;

/**
 * Where the output of a step lies on {@code task-logs}.
 *
 * @param first offset of the first chunk
 * @param last offset of the last chunk; {@code first - 1} if there was no output
 * @param bytes length of the output
 */
public record LogRange(int partition, long first, long last, long bytes) {}
