package dev.millrace.runservice.logs;

/** Which part of a log is wanted: of a step, or of all steps joined. Lines end with a line feed. */
public sealed interface LogPart {
  /** All of it. */
  LogPart ALL = new Bytes(0, Long.MAX_VALUE);

  /**
   * Some bytes.
   *
   * @param from position of the first one
   * @param to position after the last one; the largest number: up to the end
   */
  record Bytes(long from, long to) implements LogPart {}

  /**
   * Some lines.
   *
   * @param first its number, from 1 on
   * @param count how many; the largest number: up to the end
   */
  record Lines(long first, long count) implements LogPart {}

  /**
   * The last lines there are, and what comes after them.
   *
   * @param count how many
   */
  record Tail(long count) implements LogPart {}

  /**
   * What is left of a part for one who has read some of it.
   *
   * @param from position of the first byte he has not read
   */
  record Rest(LogPart of, long from) implements LogPart {}
}
