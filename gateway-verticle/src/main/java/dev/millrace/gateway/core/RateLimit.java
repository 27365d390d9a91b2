package dev.millrace.gateway.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each of many may do something: as in a bucket for each, into which tokens fall at a
 * steady rate until it is full, and of which each request takes one.
 *
 * <p>So many are remembered. When there are more, those are forgotten first who have asked for
 * nothing for the longest; if even their bucket is not full yet, whoever is new shares one bucket
 * with all who are new, since to forget would be to forgive.
 *
 * <p>Any thread. Times are nanoseconds of one clock that never goes back.
 */
public final class RateLimit {
  private static final String NEWCOMERS = "";

  private final long interval;
  private final long tolerance;
  private final int remembered;
  // When the bucket of each will be full again, in the order in which they asked last.
  private final Map<String, Long> full = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A limit that nobody has met yet.
   *
   * @param perSecond how often in the long run, up to a million
   * @param burst how often at once, after a while without
   * @param remembered how many of those who ask
   */
  public RateLimit(int perSecond, int burst, int remembered) {
    if (perSecond < 1 || perSecond > 1_000_000 || burst < 1 || remembered < 1) {
      throw new IllegalArgumentException("no limit: %d, %d".formatted(perSecond, burst));
    }
    this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
    this.tolerance = interval * (burst - 1);
    this.remembered = remembered;
  }

  /**
   * Takes a token, if there is one.
   *
   * @param who asks; not empty
   * @return how many nanoseconds later there will be one; 0 if there was
   */
  public synchronized long take(String who, long now) {
    String bucket = full.containsKey(who) || hasRoom(now) ? who : NEWCOMERS;
    Long known = full.get(bucket);
    long since = known == null || known - now < 0 ? now : known;
    long wait = since - now - tolerance;
    if (wait > 0) {
      return wait;
    }
    full.put(bucket, since + interval);
    return 0;
  }

  private boolean hasRoom(long now) {
    if (full.size() < remembered) {
      return true;
    }
    var eldest = full.entrySet().iterator();
    if (eldest.next().getValue() - now > 0) {
      return false;
    }
    eldest.remove();
    return true;
  }
}
