package dev.millrace.verification.endtoend;

import java.util.List;

/**
 * How something went that was measured at even times. The first third is for warming up; the
 * medians of the other two are compared, so that a few high values count for nothing.
 *
 * @param before the median of the second third
 * @param after the median of the last third
 */
record Trend(double before, double after) {
  private static final int LEAST = 6;
  private static final double GROWTH = 1.1;

  /**
   * Of the values in their order.
   *
   * @throws IllegalArgumentException if they are too few to tell anything
   */
  static Trend of(List<Double> values) {
    int count = values.size();
    if (count < LEAST) {
      throw new IllegalArgumentException("%d values tell nothing".formatted(count));
    }
    return new Trend(
        median(values.subList(count / 3, count * 2 / 3)),
        median(values.subList(count * 2 / 3, count)));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /**
   * Whether it has not grown: by no more than a tenth and the slack.
   *
   * @param slack what comes and goes without a meaning
   */
  boolean isFlat(double slack) {
    return after <= before * GROWTH + slack;
  }
}
