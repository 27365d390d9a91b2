package dev.millrace.runservice.logs;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;
import java.io.IOException;

/**
 * Passes on what comes before a position.
 *
 * @param to the position
 */
record UpToSink(LogSink sink, long to) implements LogSink {
  /** All that was wanted has been passed on. */
  static final class ReachedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public void begin(int attempt, int step, Step spec, long position) throws IOException {
    if (position >= to) {
      throw new ReachedException();
    }
    sink.begin(attempt, step, spec, position);
  }

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) throws IOException {
    int wanted = Math.clamp(to - (after - length), 0, length);
    if (wanted > 0) {
      sink.bytes(after - length + wanted, bytes, from, wanted);
    }
    if (after >= to) {
      throw new ReachedException();
    }
  }

  @Override
  public void end(int attempt, int step, StepState state, long position) throws IOException {
    sink.end(attempt, step, state, position);
  }

  @Override
  public void idle() throws IOException {
    sink.idle();
  }
}
