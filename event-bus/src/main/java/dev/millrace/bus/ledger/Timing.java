package dev.millrace.bus.ledger;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The only clocks of a ledger: what time it is, which may jump, and how long something took, which
 * may not.
 *
 * @param wall tells decisions their time
 * @param nanos rises steadily, from anywhere
 */
public record Timing(InstantSource wall, LongSupplier nanos) {
  /** The clocks of this machine. */
  public static Timing system() {
    return new Timing(Clock.systemUTC(), System::nanoTime);
  }

  /** Now, as precisely as it is written. */
  Instant now() {
    return wall.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
