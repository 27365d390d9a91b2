package dev.millrace.launcher.server;

import java.time.Duration;

/**
 * How a server keeps its ledgers small.
 *
 * @param checkpointEvery how often a checkpoint is made, if anything has happened
 * @param eventRetention how long events can be read at least
 */
public record Upkeep(Duration checkpointEvery, Duration eventRetention) {
  /** A checkpoint every five minutes, events of a week. */
  public static final Upkeep DEFAULT = new Upkeep(Duration.ofMinutes(5), Duration.ofDays(7));
}
