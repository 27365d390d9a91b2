package dev.millrace.runservice;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.http.Reply.ClientGoneException;
import dev.millrace.http.Reply.Sink;
import dev.millrace.runservice.logs.LogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a log and nothing else, compressed or not; those of several steps joined. */
final class PlainLog implements LogSink {
  private static final int BUFFER = 32 << 10;
  private final Sink sink;
  private final boolean gzip;
  private @Nullable OutputStream
      out; // begun with the first bytes: until then a problem can be told

  PlainLog(Sink sink, boolean gzip) {
    this.sink = sink;
    this.gzip = gzip;
  }

  private OutputStream out() throws IOException {
    if (out == null) {
      out = gzip ? new GZIPOutputStream(sink, BUFFER) : sink;
    }
    return out;
  }

  @Override
  public void begin(int attempt, int step, Step spec, long position) {}

  @Override
  public void bytes(long after, byte[] bytes, int from, int length) throws IOException {
    out().write(bytes, from, length);
  }

  @Override
  public void end(int attempt, int step, StepState state, long position) {}

  @Override
  public void idle() throws IOException {
    if (sink.gone()) {
      throw new ClientGoneException();
    }
  }

  /** There is no more. */
  void finish() throws IOException {
    if (out() instanceof GZIPOutputStream compressed) {
      compressed.finish();
    }
  }
}
