package dev.millrace.bus.ledger;

import dev.millrace.bus.BusException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that takes a node's steps. */
final class LedgerLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerLoop.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 200_000_000;

  private final LedgerNode<?, ?> node;
  private final String name;
  private final FaultHandler faults;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final CountDownLatch ended = new CountDownLatch(1);

  private enum State {
    NEW,
    RUNNING,
    CLOSING
  }

  LedgerLoop(LedgerNode<?, ?> node, String name, FaultHandler faults) {
    this.node = node;
    this.name = name;
    this.faults = faults;
  }

  void start() {
    if (!state.compareAndSet(State.NEW, State.RUNNING)) {
      throw new IllegalStateException(name + " was started before");
    }
    Thread.ofPlatform().daemon().name("ledger-" + name).start(this::run);
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private void run() {
    try {
      while (state.get() == State.RUNNING) {
        try {
          node.step(WAIT);
        } catch (BusException e) {
          if (state.get() == State.RUNNING) {
            LOG.warn("{}: {}", name, e.getMessage());
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        }
      }
    } catch (Throwable e) {
      faults.broken("ledger " + name, e);
    } finally {
      node.close();
      ended.countDown();
    }
  }

  /** Ends the loop and waits for it. */
  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSING);
    if (before == State.NEW) {
      node.close();
      ended.countDown();
      return;
    }
    node.follower().wakeup();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
