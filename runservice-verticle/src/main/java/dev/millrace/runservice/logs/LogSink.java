package dev.millrace.runservice.logs;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;
import java.io.IOException;

/** Where a log is written to. Methods may wait for a slow reader; they fail when it is gone. */
public interface LogSink {
  /**
   * The output of a step begins here, or goes on.
   *
   * @param position of its first byte in what is being read
   */
  void begin(int attempt, int step, Step spec, long position) throws IOException;

  /**
   * More output.
   *
   * @param after the position after these bytes in what is being read
   */
  void bytes(long after, byte[] bytes, int from, int length) throws IOException;

  /** The step has ended and all its output has been told. */
  void end(int attempt, int step, StepState state, long position) throws IOException;

  /** Nothing has come for a while. */
  void idle() throws IOException;
}
