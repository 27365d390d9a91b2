package dev.millrace.gateway;

import java.time.Duration;

/**
 * What the edge lets in, so that those who are let in are answered soon.
 *
 * @param rate how many requests a second a user or a task may make in the long run; those who are
 *     not signed in, a tenth of it from each network
 * @param burst how many at once, after a while without
 * @param target how long answers should take on average when there are more requests than can be
 *     answered: with more at once they would take longer, so the others are refused
 * @param streams how many logs and events may be followed at once
 * @param pushes how many pushed refs of one project may wait for their runs before it takes no more
 */
public record EdgeLimits(int rate, int burst, Duration target, int streams, int pushes) {

  /** More than a program needs that does one thing after the other. */
  public static final EdgeLimits DEFAULT =
      new EdgeLimits(2_000, 4_000, Duration.ofMillis(50), 2_048, 1_000);

  /** The same with this rate. */
  public EdgeLimits withRate(int perSecond, int atOnce) {
    return new EdgeLimits(perSecond, atOnce, target, streams, pushes);
  }
}
