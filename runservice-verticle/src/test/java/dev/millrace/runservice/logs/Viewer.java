package dev.millrace.runservice.logs;

import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.TaskSpec.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Keeps what it is told; leaves after so many bytes. */
final class Viewer implements LogSink {
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private final List<String> told = new ArrayList<>();
  private final LongConsumer onBytes;
  private long patience;

  /** The viewer has gone. */
  static final class GoneException extends IOException {
    private static final long serialVersionUID = 1;
  }

  Viewer() {
    this(_ -> {});
  }

  Viewer(LongConsumer onBytes) {
    this.onBytes = onBytes;
    this.patience = Long.MAX_VALUE;
  }

  /** Leaves once it has got so many more bytes. */
  void leaveAfter(long bytes) {
    patience = bytes;
  }

  synchronized byte[] got() {
    return got.toByteArray();
  }

  synchronized int size() {
    return got.size();
  }

  synchronized List<String> told() {
    return List.copyOf(told);
  }

  @Override
  public synchronized void begin(int attempt, int step, Step spec, long position) {
    told.add("begin %d at %d".formatted(step, position));
  }

  @Override
  public synchronized void bytes(long after, byte[] bytes, int from, int length)
      throws IOException {
    int taken = (int) Math.min(length, patience);
    got.write(bytes, from, taken);
    patience -= taken;
    if (taken < length) {
      throw new GoneException();
    }
    if (after != got.size()) {
      throw new AssertionError("told position %d at %d".formatted(after, got.size()));
    }
    onBytes.accept(after);
  }

  @Override
  public synchronized void end(int attempt, int step, StepState state, long position) {
    told.add("end %d at %d, %s".formatted(step, position, state.status()));
  }

  @Override
  public void idle() {}
}
