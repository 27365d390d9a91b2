package dev.millrace.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * The places for requests that are answered at the same time. Who finds none is refused at once,
 * which costs little, and is told to try later.
 *
 * <p>What a place costs the others is time, so an adaptive lane goes by time: while answers take
 * longer than they should, it has as many places as make them take about as long (Little's law: so
 * many as end in that time). With that it needs to know neither the machine nor what is asked.
 *
 * <p>Any thread. Times are nanoseconds of one clock that never goes back.
 */
public final class Lane {
  private static final double WEIGHT = 1.0 / 16;
  private static final double STEP = 2;
  private static final long QUIET = Duration.ofSeconds(1).toNanos();

  private final Bounds bounds;
  private double limit;
  private double took;
  private double crowd;
  private int inside;
  private boolean refusing;
  private long refused;

  /**
   * How far a lane adapts.
   *
   * @param least places that there are however long answers take
   * @param usual places while nobody has to be refused: a burst may take all of them
   * @param most places, where answers take no time
   * @param target how long an answer should take on average, when there are more who ask
   */
  public record Bounds(int least, int usual, int most, Duration target) {
    public Bounds {
      if (least < 1 || usual < least || most < usual || target.isNegative() || target.isZero()) {
        throw new IllegalArgumentException("no bounds: %d %d %d".formatted(least, usual, most));
      }
    }
  }

  private Lane(Bounds bounds) {
    this.bounds = bounds;
    this.limit = bounds.usual();
  }

  /** A lane with so many places, however long answers take: for streams, which take as they do. */
  public static Lane fixed(int places) {
    return new Lane(new Bounds(places, places, places, Duration.ofDays(1)));
  }

  /** A lane that has as many places as let answers take about so long, or as these bounds allow. */
  public static Lane adaptive(Bounds bounds) {
    return new Lane(bounds);
  }

  /** As {@link #adaptive(Bounds)}, with bounds that fit from small machines to large ones. */
  public static Lane adaptive(Duration target) {
    return adaptive(new Bounds(32, 128, 4096, target));
  }

  /** Takes a place, to be left again; false if there is none. */
  synchronized boolean enter(long now) {
    if (inside >= (int) limit) {
      refusing = true;
      refused = now;
      return false;
    }
    inside++;
    return true;
  }

  /** Leaves the place that was taken at that time. */
  synchronized void leave(long entered, long now) {
    took += (now - entered - took) * WEIGHT;
    crowd += (inside - crowd) * WEIGHT;
    inside--;
    adapt(now);
  }

  private void adapt(long now) {
    double target = bounds.target().toNanos();
    refusing &= now - refused <= QUIET;
    if (took > target && crowd > bounds.least() / 2.0) {
      limit = Math.clamp(crowd * target / took, bounds.least(), limit);
    } else if (refusing) {
      limit = Math.min(bounds.most(), limit + STEP / limit);
    } else {
      limit = bounds.usual();
    }
  }

  /** Lets these show how full it is. */
  public Lane measured(MeterRegistry meters, String api, String lane) {
    Gauge.builder("millrace.http.places", this, Lane::places)
        .description("How many requests may be answered at the same time at present")
        .tags("api", api, "lane", lane)
        .register(meters);
    Gauge.builder("millrace.http.inside", this, Lane::inside)
        .description("How many requests are being answered")
        .tags("api", api, "lane", lane)
        .register(meters);
    return this;
  }

  /** How many places are taken. */
  public synchronized int inside() {
    return inside;
  }

  /** How many places there are. */
  public synchronized int places() {
    return (int) limit;
  }
}
