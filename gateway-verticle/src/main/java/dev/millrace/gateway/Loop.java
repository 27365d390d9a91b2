package dev.millrace.gateway;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.FaultHandler;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that takes steps until it is closed; what the bus cannot do now is tried again. */
final class Loop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 200_000_000;

  private final String name;
  private final FaultHandler faults;
  private final Thread thread;
  private volatile boolean closing;

  Loop(String name, Consumer<Duration> step, FaultHandler faults) {
    this.name = name;
    this.faults = faults;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(step));
  }

  void start() {
    thread.start();
  }

  private void run(Consumer<Duration> step) {
    try {
      while (!closing) {
        try {
          step.accept(WAIT);
        } catch (BusException e) {
          if (!closing) {
            log.warn("{}: {}", name, e.getMessage());
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
