package dev.millrace.executor;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the loop has to do, as it comes and as its time comes. */
final class Inbox {
  private static final int BATCH = 1_000;

  private final LongSupplier nanos;
  private final LinkedBlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (a, b) -> a.due != b.due ? Long.compare(a.due - b.due, 0) : Long.compare(a.n, b.n));
  private long count;

  private record Timer(long due, long n, Runnable work) {}

  /** A steady clock that gives the time. */
  Inbox(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Has the loop do it. Any thread. */
  void post(Runnable work) {
    posted.add(work);
  }

  /** Has the loop do it after so much time. Any thread. */
  void after(Duration time, Runnable work) {
    long due = nanos.getAsLong() + time.toNanos();
    posted.add(() -> timers.add(new Timer(due, count++, work)));
  }

  /**
   * Does what is there and due; waits for it at most as long as told. One thread.
   *
   * @param before done before anything else, whatever there is
   */
  void work(Duration wait, Runnable before) throws InterruptedException {
    @Nullable Timer next = timers.peek();
    long patience = wait.toNanos();
    if (next != null) {
      patience = Math.min(patience, Math.max(0, next.due - nanos.getAsLong()));
    }
    @Nullable Runnable first = posted.poll(patience, TimeUnit.NANOSECONDS);
    before.run();
    for (int i = 0; first != null; first = ++i < BATCH ? posted.poll() : null) {
      first.run();
    }
    long now = nanos.getAsLong();
    for (Timer timer = timers.peek();
        timer != null && timer.due - now <= 0;
        timer = timers.peek()) {
      timers.remove();
      timer.work.run();
    }
  }
}
