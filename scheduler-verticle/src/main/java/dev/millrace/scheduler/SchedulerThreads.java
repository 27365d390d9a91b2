package dev.millrace.scheduler;

import java.time.Duration;
import java.util.function.Consumer;

/** The threads that turn a {@link SchedulerLoop}: one listens to executors, one works. */
final class SchedulerThreads implements AutoCloseable {
  private static final Duration AT_MOST = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final SchedulerLoop loop;
  private final Consumer<Throwable> broken;
  private final Thread listening;
  private final Thread working;
  private volatile boolean closed;

  /** One turn of a loop. */
  private interface Turn {
    void turn(Duration wait) throws InterruptedException;
  }

  /**
   * Starts them.
   *
   * @param broken hears of an error that no turn may have
   */
  SchedulerThreads(SchedulerLoop loop, Consumer<Throwable> broken) {
    this.loop = loop;
    this.broken = broken;
    this.listening = Thread.ofPlatform().name("scheduler-listen").start(() -> run(loop::listen));
    this.working = Thread.ofPlatform().name("scheduler").start(() -> run(loop::work));
  }

  private void run(Turn turn) {
    try {
      while (!closed) {
        turn.turn(AT_MOST);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      broken.accept(e);
    }
  }

  /** Ends the threads, then the loop. Blocks until they have ended. */
  @Override
  public void close() {
    closed = true;
    loop.wakeup();
    join(listening);
    join(working);
    loop.close();
  }

  private static void join(Thread thread) {
    try {
      thread.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
