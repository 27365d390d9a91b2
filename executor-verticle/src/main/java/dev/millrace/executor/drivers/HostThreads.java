package dev.millrace.executor.drivers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

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
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("step-timer").factory());

  /** Start processes; not to be held up. */
  ExecutorService starters() {
    return starters;
  }

  /** Wait for output and ends of processes, one thread each. */
  ExecutorService workers() {
    return workers;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdown();
    starters.shutdown();
  }
}
