package dev.millrace.launcher.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a server keeps its ledgers small.
 *
 * @param checkpointEvery how often a checkpoint is made, if anything has happened
 * @param dumpEvery how often the index of runs is dumped, if any were archived
 * @param eventRetention how long events can be read at least
 * @param runRetention how long runs are kept after their end; null: for ever
 */
public record Upkeep(
    Duration checkpointEvery,
    Duration dumpEvery,
    Duration eventRetention,
    @Nullable Duration runRetention) {
  /** A checkpoint and a dump every five minutes, events of a week, runs for ever. */
  public static final Upkeep DEFAULT =
      new Upkeep(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofDays(7), null);
}
