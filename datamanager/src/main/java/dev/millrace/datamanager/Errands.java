package dev.millrace.datamanager;

import dev.millrace.bus.BusException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What other threads want to be done by the one that does all the work. */
final class Errands {
  private final Runnable wakeup;
  private final Queue<Errand<?>> waiting = new ArrayDeque<>();
  private boolean closed;

  private record Errand<T>(Supplier<T> work, CompletableFuture<T> result) {
    void run() {
      try {
        result.complete(work.get());
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    }
  }

  /**
   * Nothing is wanted yet.
   *
   * @param wakeup lets the thread that works look soon
   */
  Errands(Runnable wakeup) {
    this.wakeup = wakeup;
  }

  /**
   * Has it done and returns what came of it, or throws what it threw. Any other thread; blocks.
   *
   * @throws BusException if it is not done any more, as the work has ended
   */
  <T> T done(Supplier<T> work) throws InterruptedException {
    var errand = new Errand<>(work, new CompletableFuture<T>());
    synchronized (this) {
      if (closed) {
        throw ended();
      }
      waiting.add(errand);
    }
    wakeup.run();
    try {
      return errand.result().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  /** Does what is wanted now. On the thread that works. */
  void run() {
    for (Errand<?> errand = next(); errand != null; errand = next()) {
      errand.run();
    }
  }

  private synchronized Errand<?> next() {
    return waiting.poll();
  }

  /** Nothing more is done. */
  synchronized void close() {
    closed = true;
    waiting.forEach(errand -> errand.result().completeExceptionally(ended()));
    waiting.clear();
  }

  private static BusException ended() {
    return new BusException("the datamanager is about to end", null);
  }
}
