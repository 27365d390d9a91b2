package dev.millrace.runservice;

import dev.millrace.http.ProblemException;
import dev.millrace.http.Seen;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far somebody has heard the ledger: the offset of the last decision of each partition; -1
 * before the first. As text {@code 0:17,3:105}, without those before the first.
 */
final class Position {
  private final Map<Integer, Long> offsets = new TreeMap<>();

  /** Nothing heard. */
  Position() {}

  /**
   * Reads the text; 400 if it is not of this form.
   *
   * @param partitions how many there are
   */
  static Position parse(String text, int partitions) {
    var position = new Position();
    try {
      for (String part : text.isBlank() ? new String[0] : text.split(",")) {
        int colon = part.indexOf(':');
        int partition = Integer.parseInt(part.substring(0, Math.max(colon, 0)).strip());
        long offset = Long.parseLong(part.substring(colon + 1).strip());
        if (partition < 0 || partition >= partitions || offset < 0) {
          throw malformed(text);
        }
        position.heard(partition, offset);
      }
      return position;
    } catch (NumberFormatException _) {
      throw malformed(text);
    }
  }

  private static ProblemException malformed(String text) {
    return ProblemException.badRequest(
        "\"%s\" is not a position in the ledger: <partition>:<offset>, joined by commas"
            .formatted(text));
  }

  long of(int partition) {
    return offsets.getOrDefault(partition, -1L);
  }

  /** The same, as requests tell what their senders have seen. */
  Seen seen() {
    Seen seen = Seen.NOTHING;
    for (var at : offsets.entrySet()) {
      seen = seen.with(Seen.Ledger.RUNS, at.getKey(), at.getValue());
    }
    return seen;
  }

  void heard(int partition, long offset) {
    if (offset >= 0) {
      offsets.put(partition, offset);
    }
  }

  @Override
  public String toString() {
    return offsets.entrySet().stream()
        .map(at -> at.getKey() + ":" + at.getValue())
        .collect(Collectors.joining(","));
  }
}
