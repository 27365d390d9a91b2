package dev.millrace.executor;

import dev.millrace.bus.BusException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that turn an {@link ExecutorLoop}: one listens to assignments, one works. */
final class ExecutorThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorThreads.class);
  private static final Duration AT_MOST = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final ExecutorLoop loop;
  private final Consumer<Throwable> broken;
  private final Duration drain;
  private final Duration patience;
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
   * @param drain how long what runs may go on when it is closed
   * @param patience how long stopping tasks may take when it is closed
   * @param broken hears of an error that no turn may have
   */
  ExecutorThreads(
      ExecutorLoop loop, Duration drain, Duration patience, Consumer<Throwable> broken) {
    this.loop = loop;
    this.drain = drain;
    this.patience = patience;
    this.broken = broken;
    this.listening = Thread.ofPlatform().name("executor-listen").start(() -> run(this::listen));
    this.working = Thread.ofPlatform().name("executor").start(() -> run(loop::work));
  }

  private void listen(Duration wait) {
    try {
      loop.listen(wait);
    } catch (BusException e) {
      if (!closed) {
        LOG.warn("assignments cannot be read: {}", e.getMessage());
        LockSupport.parkNanos(AT_MOST.toNanos());
      }
    }
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

  private interface Leaving {
    void begin(String why, Runnable then);
  }

  private static boolean isLeft(Leaving leaving, Duration within) throws InterruptedException {
    var left = new CountDownLatch(1);
    leaving.begin("its executor is stopping", left::countDown);
    return left.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes nothing more, stops what has not ended by itself in time, then ends the threads and the
   * loop. Blocks until that is done.
   */
  @Override
  public void close() {
    try {
      if (drain.isZero() || !isLeft(loop::retire, drain)) {
        if (!isLeft(loop::leave, patience)) {
          LOG.warn("not all tasks have ended in {}: they are ended by force", patience);
        }
      }
      closed = true;
      loop.wakeup();
      listening.join(END);
      working.join(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      loop.close();
    }
  }
}
