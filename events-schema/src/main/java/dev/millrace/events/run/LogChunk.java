package dev.millrace.events.run;

import dev.millrace.events.Json;
import dev.millrace.events.UnreadableException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A record on {@code task-logs}: some bytes of the output of a step. Its key is the run's id. What
 * counts are the chunks of the incarnation that claimed the attempt. On the wire: a line of JSON
 * with all but the bytes, a line feed, the bytes as they are.
 *
 * @param position of the first byte in the output of the step
 * @param last there will be no more chunks of this step; such a chunk may be empty
 */
public record LogChunk(
    AttemptRef attempt, String incarnation, int step, long position, boolean last, byte[] bytes) {

  /** The record's value. */
  public static byte[] write(LogChunk chunk) {
    byte[] head =
        Json.write(
            new Head(chunk.attempt, chunk.incarnation, chunk.step, chunk.position, chunk.last));
    byte[] all = Arrays.copyOf(head, head.length + 1 + chunk.bytes.length);
    all[head.length] = '\n';
    System.arraycopy(chunk.bytes, 0, all, head.length + 1, chunk.bytes.length);
    return all;
  }

  /**
   * The chunk of a record's value.
   *
   * @throws UnreadableException if it is none
   */
  public static LogChunk read(byte[] value) {
    int end = 0;
    while (end < value.length && value[end] != '\n') {
      end++;
    }
    if (end == value.length) {
      throw new UnreadableException("a log chunk begins with a line", null);
    }
    try {
      @Nullable Head head = Json.mapper().readerFor(Head.class).readValue(value, 0, end);
      if (head == null || head.attempt() == null || head.incarnation() == null) {
        throw new UnreadableException("a log chunk has an attempt and an incarnation", null);
      }
      return new LogChunk(
          head.attempt(),
          head.incarnation(),
          head.step(),
          head.position(),
          head.last(),
          Arrays.copyOfRange(value, end + 1, value.length));
    } catch (JacksonException e) {
      throw new UnreadableException(e.getOriginalMessage(), e);
    }
  }

  private record Head(
      @Nullable AttemptRef attempt,
      @Nullable String incarnation,
      int step,
      long position,
      boolean last) {}
}
