package dev.millrace.bus.ledger;

import dev.millrace.bus.BusException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes steps until it is closed; what the bus cannot do now is tried again, and any
 * other failure is told and ends it.
 */
public final class StepLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StepLoop.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 200_000_000;

  private final String name;
  private final FaultHandler faults;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Takes no step yet.
   *
   * @param step does all there is to do; if there is nothing, waits at most so long for something
   */
  public StepLoop(String name, Consumer<Duration> step, FaultHandler faults) {
    this.name = name;
    this.faults = faults;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(step));
  }

  /** Begins, once. */
  public void start() {
    thread.start();
  }

  private void run(Consumer<Duration> step) {
    try {
      while (!closing) {
        try {
          step.accept(WAIT);
        } catch (BusException e) {
          if (!closing) {
            LOG.warn("{}: {}", name, e.getMessage());
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      if (!closing) {
        faults.broken(name, e);
      }
    }
  }

  /** Interrupts the thread and waits for it. */
  @Override
  public void close() {
    closing = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
