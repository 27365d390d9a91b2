package dev.millrace.executor;

import static java.nio.charset.StandardCharsets.UTF_8;

/** How much of the output of an attempt, over all its steps, is kept. Any thread. */
final class OutputLimit {
  private static final int UNITS = 3;
  private final long limit;
  private long left;
  private boolean told;

  /**
   * Nothing is used up.
   *
   * @param limit in bytes
   */
  OutputLimit(long limit) {
    this.limit = limit;
    this.left = limit;
  }

  /** How many of so many bytes are kept. */
  synchronized int take(int bytes) {
    int kept = (int) Math.min(bytes, left);
    left -= kept;
    return kept;
  }

  /** The line that says where the output was cut; empty if it was said already. */
  synchronized byte[] notice() {
    if (told) {
      return new byte[0];
    }
    told = true;
    return "\n[millrace] the output of this task was cut here: more than %s are not kept\n"
        .formatted(readable())
        .getBytes(UTF_8);
  }

  private String readable() {
    int unit = Math.min(UNITS, Long.numberOfTrailingZeros(limit) / 10);
    return limit == 0 || unit == 0
        ? limit + " bytes"
        : (limit >> (10 * unit)) + " " + "KMG".charAt(unit - 1) + "iB";
  }
}
