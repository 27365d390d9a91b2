package dev.millrace.executor.drivers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a host driver.
 *
 * <p>Those that start processes never end before the driver does: a sandbox dies with the thread
 * that started it ({@code PR_SET_PDEATHSIG} means threads), which must not happen to a step because
 * a pool found a thread idle.
 */
final class HostThreads implements AutoCloseable {
  private final ExecutorService starters =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().daemon().name("step-starter-", 0).factory());
  private final ExecutorService workers =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("step-worker-", 0).factory());

  private final ExecutorService cleaners =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("step-cleaner").factory());

  HostThreads() {
    cleaners.execute(Priority::standBack);
  }

  /** Start processes; not to be held up. */
  ExecutorService starters() {
    return starters;
  }

  /** Wait for output and ends of processes, one thread each. */
  ExecutorService workers() {
    return workers;
  }

  /** One thread for what nobody waits for; it stands back behind all others. */
  ExecutorService cleaners() {
    return cleaners;
  }

  /** Completes when so much time has passed. */
  CompletionStage<Void> after(Duration time) {
    return CompletableFuture.runAsync(
        () -> {},
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, workers));
  }

  @Override
  public void close() {
    workers.shutdown();
    starters.shutdown();
    cleaners.shutdown();
  }
}
