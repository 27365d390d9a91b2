package dev.millrace.verification.simulation;

import java.time.Duration;
import java.time.Instant;

/** The true time, as nobody in the simulation knows it. */
final class VirtualTime {
  static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private long nanos = 1_000_000_000_000L;

  long nanos() {
    return nanos;
  }

  /** As long as all machines have been running. */
  Duration uptime() {
    return Duration.ofNanos(nanos);
  }

  Instant now() {
    return BEGINNING.plusNanos(nanos);
  }

  void advance(Duration by) {
    nanos += by.toNanos();
  }
}
