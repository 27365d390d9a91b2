package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Creates runs at a fixed rate, whether or not earlier ones were answered (open loop), so a server
 * that stalls is charged for everybody who would have waited.
 */
final class Load {
  private static final int AT_ONCE = 32; // as many as a server answers however long they take

  /**
   * A run that was created. {@code intendedNanos}: wall clock at which it should have been sent.
   */
  record Created(String project, long number, long intendedNanos) {}

  /** Makes the specification of the i-th run. */
  interface Specification {
    byte[] of(int index);
  }

  private Load() {}

  /** Sends {@code count} runs at {@code perSecond} and waits until all are created. */
  static List<Created> offer(
      Api api, List<String> projects, int count, double perSecond, Specification specification) {
    List<CompletableFuture<Created>> sent = new ArrayList<>();
    long wallOffset = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      String project = projects.get(i % projects.size());
      long intended = due + wallOffset;
      sent.add(
          api.createRun(project, specification.of(i))
              .thenApply(number -> new Created(project, number, intended)));
    }
    return sent.stream().map(future -> future.orTimeout(60, TimeUnit.SECONDS).join()).toList();
  }

  /** As fast as they are answered, with at most {@value #AT_ONCE} calls under way. */
  static void flatOut(Api api, List<String> projects, int count, Specification specification)
      throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    var failed = new AtomicReference<Throwable>();
    for (int i = 0; i < count && failed.get() == null; i++) {
      places.acquire();
      var _ =
          api.createRun(projects.get(i % projects.size()), specification.of(i))
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      failed.set(failure);
                    }
                    places.release();
                  });
    }
    places.acquire(AT_ONCE);
    if (failed.get() != null) {
      throw new IllegalStateException("a run was not created", failed.get());
    }
  }
}
