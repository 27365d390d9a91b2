package dev.millrace.bus;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** See {@link Bus#paced}. */
final class PacedBus extends ForwardingBus {
  private static final int FEW = 100;
  private static final long FEW_BYTES = 128 << 10;

  private final Bus bus;
  private final Duration pause;

  PacedBus(Bus bus, Duration pause) {
    super(bus);
    this.bus = bus;
    this.pause = pause;
  }

  @Override
  protected Follower around(Follower follower) {
    return new Paced(follower, pause.toNanos());
  }

  /** As ever: what is there already need not be waited for. */
  @Override
  public Follower reader(String name) {
    return bus.reader(name);
  }

  /** Does nothing: the other bus is not owned. */
  @Override
  public void close() {}

  private static final class Paced extends ForwardingFollower {
    private final long pause;
    private final Semaphore wakeups = new Semaphore(0);
    private long restsUntil = System.nanoTime();

    Paced(Follower follower, long pause) {
      super(follower);
      this.pause = pause;
    }

    @Override
    public List<LogRecord> poll(Duration wait) {
      long rest = Math.max(0, restsUntil - System.nanoTime());
      try {
        boolean woken = wakeups.tryAcquire(Math.min(rest, wait.toNanos()), TimeUnit.NANOSECONDS);
        wakeups.drainPermits();
        if (woken || rest > wait.toNanos()) {
          return List.of();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BusException("a pause between two reads was interrupted", e);
      }
      List<LogRecord> records = super.poll(wait.minusNanos(rest));
      if (isLittle(records)) {
        restsUntil = System.nanoTime() + pause;
      }
      return records;
    }

    /** Not what a busy log brings at a time: it is read as fast as it can be. */
    private static boolean isLittle(List<LogRecord> records) {
      return !records.isEmpty()
          && records.size() < FEW
          && records.stream().mapToLong(record -> record.value().length).sum() < FEW_BYTES;
    }

    @Override
    public void wakeup() {
      wakeups.release();
      super.wakeup();
    }
  }
}
