package dev.millrace.datamanager;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long what has happened is kept. Nothing goes before it is stored elsewhere, or has ended.
 *
 * @param events how long records stay on Kafka at least
 * @param runs how long runs are kept after their end; null: for ever
 * @param logs how long output of steps is kept; null: as long as runs
 */
public record Retention(Duration events, @Nullable Duration runs, @Nullable Duration logs) {
  /** Runs and logs for ever. */
  public static Retention ofEvents(Duration events) {
    return new Retention(events, null, null);
  }

  /** How long logs are kept: no longer than runs, as nobody could ask for them. */
  @Nullable Duration logsAtMost() {
    return logs == null || (runs != null && runs.compareTo(logs) < 0) ? runs : logs;
  }
}
