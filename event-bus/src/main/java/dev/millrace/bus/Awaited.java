package dev.millrace.bus;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the broker was asked: for those that block. */
public final class Awaited {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Awaited() {}

  /**
   * What comes of it.
   *
   * @throws BusException if it fails, or takes more than a minute
   */
  public static <T> T of(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BusException("the broker does not do what it is asked: " + e.getMessage(), e);
    }
  }
}
