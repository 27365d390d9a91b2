package dev.millrace.storage.index;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Takes what one thread reads, on all processors: to add a run takes longer than to read a row. */
final class Adding {
  private static final int TOGETHER = 1_000;

  private Adding() {}

  /**
   * Returns when all are taken, in any order. What reading or taking throws it throws, when nothing
   * is being taken any more.
   */
  static <T> void all(Iterator<T> rows, Consumer<T> taker) {
    int threads = Runtime.getRuntime().availableProcessors();
    Deque<Future<?>> going = new ArrayDeque<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      while (rows.hasNext()) {
        List<T> some = next(rows);
        if (going.size() >= 2 * threads) {
          await(going.remove());
        }
        going.add(pool.submit(() -> some.forEach(taker)));
      }
      while (!going.isEmpty()) {
        await(going.remove());
      }
    }
  }

  private static <T> List<T> next(Iterator<T> rows) {
    List<T> some = new ArrayList<>();
    while (some.size() < TOGETHER && rows.hasNext()) {
      some.add(rows.next());
    }
    return some;
  }

  private static void await(Future<?> taken) {
    try {
      taken.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the index of runs was filled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
