package dev.millrace.storage.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What lists show of a run and what it is found by. Times are kept in milliseconds.
 *
 * @param group path of its group, beginning with a slash; the number is unique below its first two
 *     segments
 * @param trigger what kind of thing made it
 */
public record IndexedRun(
    String group,
    long number,
    String name,
    String phase,
    String result,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String branch,
    @Nullable String author,
    @Nullable String trigger) {
  /** Its place among all, from the newest to the oldest. */
  public Place place() {
    return new Place(createdAt, group, number);
  }

  /**
   * A place in the order of all runs: by time of creation, then group, then number, all descending.
   */
  public record Place(Instant createdAt, String group, long number) {
    /** That order; texts are compared by the bytes of their UTF-8. */
    public static final Comparator<Place> NEWEST_FIRST =
        Comparator.comparing(Place::createdAt)
            .thenComparing(place -> place.group().getBytes(UTF_8), Arrays::compareUnsigned)
            .thenComparingLong(Place::number)
            .reversed();
  }
}
