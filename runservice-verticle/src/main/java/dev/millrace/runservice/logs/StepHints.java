package dev.millrace.runservice.logs;

import dev.millrace.events.run.LogChunk;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where to start reading the output of one step: some positions, and for each an offset from which
 * on all later bytes are found. When there are too many, every other one is given up.
 */
final class StepHints {
  private static final int MOST = 256;
  private final TreeMap<Long, Long> offsets = new TreeMap<>();
  private long stride = 256 * 1024;
  private long next = -1;

  /** The chunk was read at the offset; offsets rise. */
  synchronized void seen(long offset, LogChunk chunk) {
    if (next >= 0 && chunk.position() != next) {
      return; // told again, or after a gap: what was noted before still holds
    }
    next = chunk.position() + chunk.bytes().length;
    Map.Entry<Long, Long> last = offsets.lastEntry();
    if (last == null || chunk.position() - last.getKey() >= stride) {
      offsets.put(chunk.position(), offset);
      if (offsets.size() > MOST) {
        thinOut();
      }
    }
  }

  /** An offset from which on everything from the position on is found; null if none is known. */
  synchronized @Nullable Long offsetFor(long position) {
    Map.Entry<Long, Long> hint = offsets.floorEntry(position);
    return hint == null ? null : hint.getValue();
  }

  private void thinOut() {
    stride *= 2;
    long kept = Long.MIN_VALUE / 2;
    for (var it = offsets.keySet().iterator(); it.hasNext(); ) {
      long position = it.next();
      if (position - kept < stride) {
        it.remove();
      } else {
        kept = position;
      }
    }
  }
}
