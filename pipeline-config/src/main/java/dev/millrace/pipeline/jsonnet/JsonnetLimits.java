package dev.millrace.pipeline.jsonnet;

import java.time.Duration;

/**
 * What one evaluation may use.
 *
 * @param wall after this the child is killed
 * @param outputBytes of the resulting JSON
 * @param concurrent how many run at once; further ones wait
 */
public record JsonnetLimits(int heapMiB, Duration wall, int outputBytes, int concurrent) {
  /** 64 MiB, 5 seconds, 1 MiB, two at once. */
  public static final JsonnetLimits DEFAULT =
      new JsonnetLimits(64, Duration.ofSeconds(5), 1024 * 1024, 2);
}
