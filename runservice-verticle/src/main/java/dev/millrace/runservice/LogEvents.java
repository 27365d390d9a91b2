package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.runservice.logs.LogSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A log as server-sent events: {@code log} with some bytes in base64, its id the position after
 * them; {@code step} and {@code step-end} around those of each step.
 */
record LogEvents(ServerSentEvents events) implements LogSink {
  private static final int PIECE = 48 * 1024;

  private record Begin(int attempt, int step, String name, String type, long position) {}

  private record End(
      int attempt, int step, StepStatus status, @Nullable Integer exitCode, long position) {}

  @Override
  public void begin(int attempt, int step, Step spec, long position) throws IOException {
    events.sendJson(
        null, "step", new Begin(attempt, step, spec.name(), RunViews.type(spec), position));
  }

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) throws IOException {
    for (int done = 0; done < length; done += PIECE) {
      int piece = Math.min(PIECE, length - done);
      ByteBuffer data = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, from + done, piece));
      long position = after - length + done + piece;
      events.send(Long.toString(position), "log", ISO_8859_1.decode(data).toString());
    }
  }

  @Override
  public void end(int attempt, int step, StepState state, long position) throws IOException {
    events.sendJson(
        null, "step-end", new End(attempt, step, state.status(), state.exitCode(), position));
  }

  @Override
  public void idle() throws IOException {
    events.ping();
  }
}
