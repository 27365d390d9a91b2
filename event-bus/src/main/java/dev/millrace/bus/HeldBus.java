package dev.millrace.bus;

import java.time.Duration;
import java.util.List;

/** A bus whose followers can be kept from reading on: a process that is behind. For tests. */
public final class HeldBus extends ForwardingBus {
  private boolean held; // guarded by this

  /** Nobody is held yet. */
  public HeldBus(Bus bus) {
    super(bus);
  }

  /** From now on nothing that is appended is read. */
  public synchronized void hold() {
    held = true;
  }

  /** Lets all go on. */
  public synchronized void release() {
    held = false;
    notifyAll();
  }

  @Override
  protected Follower around(Follower follower) {
    return new Held(follower);
  }

  private final class Held extends ForwardingFollower {
    private List<LogRecord> kept = List.of(); // read before it was known that they are held
    private boolean woken; // guarded by the bus

    Held(Follower follower) {
      super(follower);
    }

    @Override
    public List<LogRecord> poll(Duration wait) {
      if (stays(wait)) {
        return List.of();
      }
      List<LogRecord> batch = kept.isEmpty() ? super.poll(wait) : kept;
      synchronized (HeldBus.this) {
        kept = held ? batch : List.of();
        return held ? List.of() : batch;
      }
    }

    private boolean stays(Duration wait) {
      synchronized (HeldBus.this) {
        long end = System.nanoTime() + wait.toNanos();
        while (held && !woken) {
          long millis = (end - System.nanoTime()) / 1_000_000;
          if (millis <= 0) {
            break;
          }
          await(millis);
        }
        woken = false;
        return held;
      }
    }

    private void await(long millis) {
      try {
        HeldBus.this.wait(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BusException("interrupted", e);
      }
    }

    @Override
    public void wakeup() {
      synchronized (HeldBus.this) {
        woken = true;
        HeldBus.this.notifyAll();
      }
      super.wakeup();
    }
  }
}
