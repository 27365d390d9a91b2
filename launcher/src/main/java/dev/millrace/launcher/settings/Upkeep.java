package dev.millrace.launcher.settings;

import dev.millrace.datamanager.Retention;
import java.time.Duration;

/**
 * How a server keeps its ledgers small, and what it keeps.
 *
 * @param checkpointEvery how often a checkpoint is made, if anything has happened
 * @param dumpEvery how often the index of runs is dumped, if any were archived
 */
public record Upkeep(Duration checkpointEvery, Duration dumpEvery, Retention retention) {
  /** A checkpoint and a dump every five minutes, events of a week, runs and logs for ever. */
  public static final Upkeep DEFAULT =
      new Upkeep(
          Duration.ofMinutes(5), Duration.ofMinutes(5), Retention.ofEvents(Duration.ofDays(7)));
}
