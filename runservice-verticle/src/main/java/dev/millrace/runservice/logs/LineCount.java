package dev.millrace.runservice.logs;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;

/** Counts line feeds, and notes the position after one of them. */
final class LineCount implements LogSink {
  private final long wanted;
  private long lines;
  private long found = -1;
  private boolean open;

  /**
   * Counts on.
   *
   * @param lines how many there were before
   * @param open whether something came after the last of them
   * @param wanted the number of the one whose place is wanted, from 1 on
   */
  LineCount(long lines, boolean open, long wanted) {
    this.lines = lines;
    this.open = open;
    this.wanted = wanted;
  }

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) {
    long begin = after - length;
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] == '\n' && ++lines == wanted) {
        found = begin + i + 1;
      }
    }
    open = bytes[from + length - 1] != '\n';
  }

  long lines() {
    return lines;
  }

  /** Whether the last line has not ended. */
  boolean open() {
    return open;
  }

  /** The position after the line feed that is wanted; -1 if it did not come. */
  long found() {
    return found;
  }

  @Override
  public void begin(int attempt, int step, Step spec, long position) {}

  @Override
  public void end(int attempt, int step, StepState state, long position) {}

  @Override
  public void idle() {}
}
