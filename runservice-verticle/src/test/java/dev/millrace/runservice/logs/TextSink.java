package dev.millrace.runservice.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;

/** Joins the bytes to a text. */
record TextSink(StringBuilder text) implements LogSink {
  @Override
  public void begin(int attempt, int step, Step spec, long position) {}

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) {
    text.append(new String(bytes, from, length, UTF_8));
  }

  @Override
  public void end(int attempt, int step, StepState state, long position) {}

  @Override
  public void idle() {}
}
