package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.events.run.LogChunk;
import java.io.IOException;

/**
 * Puts the output of one step together: takes chunks in the order they came in, passes on every
 * byte from a position on once, and leaves out what it has had or what is not of this step.
 */
final class StepBytes {
  private final StepKey key;
  private final long base;
  private final LogSink sink;
  private long position;

  /**
   * Nothing read yet.
   *
   * @param base added to positions when they are told to the sink
   * @param position of the first byte that is wanted
   */
  StepBytes(StepKey key, long base, long position, LogSink sink) {
    this.key = key;
    this.base = base;
    this.position = position;
    this.sink = sink;
  }

  /**
   * Passes on what is new in the chunk.
   *
   * @throws LogGapException if bytes are missing before the chunk; nothing was passed on then
   */
  void take(LogChunk chunk) throws IOException {
    if (chunk.step() == key.step() && StepKey.of(chunk).equals(key)) {
      take(chunk.position(), chunk.bytes(), chunk.bytes().length);
    }
  }

  /**
   * Passes on what is new in these bytes of the step.
   *
   * @param begin position of the first of them
   * @param length how many there are
   * @throws LogGapException if bytes are missing before them; nothing was passed on then
   */
  void take(long begin, byte[] bytes, int length) throws IOException {
    if (begin > position) {
      throw new LogGapException(key, position, begin);
    }
    long end = begin + length;
    if (end > position) {
      int skip = (int) (position - begin);
      sink.bytes(base + end, bytes, skip, length - skip);
      position = end;
    }
  }

  StepKey key() {
    return key;
  }

  /** Of the next byte that is wanted. */
  long position() {
    return position;
  }
}
