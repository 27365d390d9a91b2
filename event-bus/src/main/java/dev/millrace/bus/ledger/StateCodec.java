package dev.millrace.bus.ledger;

import dev.millrace.events.UnreadableException;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Writes what a partition has come to as parts of bytes, none of them large, and reads it. Equal
 * states are equal bytes.
 */
public interface StateCodec<S> {
  /** The parts; at least one. */
  Stream<byte[]> write(S state);

  /**
   * The state that was written.
   *
   * @throws UnreadableException if these are not all its parts, or of another format
   */
  S read(Iterator<byte[]> parts);
}
