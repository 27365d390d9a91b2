package dev.millrace.runservice;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.http.Reply.ClientGoneException;
import dev.millrace.http.Reply.Sink;
import dev.millrace.runservice.logs.LogSink;
import java.io.IOException;

/** The bytes of a log and nothing else; those of several steps joined. */
record PlainLog(Sink sink) implements LogSink {
  @Override
  public void begin(int attempt, int step, Step spec, long position) {}

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) throws IOException {
    sink.write(bytes, from, length);
  }

  @Override
  public void end(int attempt, int step, StepState state, long position) {}

  @Override
  public void idle() throws IOException {
    if (sink.gone()) {
      throw new ClientGoneException();
    }
  }
}
