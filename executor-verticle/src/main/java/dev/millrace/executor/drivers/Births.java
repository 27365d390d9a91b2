package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/**
 * A moment in the succession of processes. Linux numbers them upwards and begins anew at the end,
 * so as long as there have been fewer than a quarter of all numbers since, those that were born
 * later have higher ones, unless the end was reached.
 *
 * @param last the number given last, in this process's namespace
 * @param count of all processes ever started, at least
 */
record Births(int last, long count) {
  private static final Path LAST = Path.of("/proc/loadavg");
  private static final Path COUNT = Path.of("/proc/stat");
  // Of 32,768, which is the least that a kernel has by default.
  private static final long CERTAIN = 8_192;

  /** The present moment. */
  static Births now() {
    try {
      String stat = Files.readString(COUNT, StandardCharsets.US_ASCII);
      int at = stat.indexOf("\nprocesses ") + "\nprocesses ".length();
      // Read first, so that it counts none that has no number yet.
      long count = Long.parseLong(stat, at, stat.indexOf('\n', at), 10);
      return new Births(lastNumber(), count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int lastNumber() throws IOException {
    String load = Files.readString(LAST, StandardCharsets.US_ASCII).strip();
    return Integer.parseInt(load.substring(load.lastIndexOf(' ') + 1));
  }

  /**
   * How many numbers were given after an earlier moment, the last of them {@link #last}; {@code
   * Integer.MAX_VALUE} if they may have begun anew since.
   */
  int numbersSince(Births before) {
    boolean upwards = last >= before.last && count - before.count < CERTAIN;
    return upwards ? last - before.last : Integer.MAX_VALUE;
  }

  /**
   * Whom a process that was started after this moment, or any of its descendants, may be.
   *
   * @param listed a moment after the processes were listed that are asked about
   */
  IntPredicate candidates(Births listed) {
    return listed.numbersSince(this) < Integer.MAX_VALUE ? pid -> pid > last : _ -> true;
  }
}
