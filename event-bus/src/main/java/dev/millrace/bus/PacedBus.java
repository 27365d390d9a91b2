package dev.millrace.bus;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** See {@link Bus#paced}. */
final class PacedBus implements Bus {
  private static final int FEW = 100;

  private final Bus bus;
  private final Duration pause;

  PacedBus(Bus bus, Duration pause) {
    this.bus = bus;
    this.pause = pause;
  }

  @Override
  public int partitions(String topic) {
    return bus.partitions(topic);
  }

  @Override
  public Appender appender(String name) {
    return bus.appender(name);
  }

  @Override
  public Follower follower(String name) {
    return new Paced(bus.follower(name), pause.toNanos());
  }

  @Override
  public Follower steadyFollower(String name) {
    return new Paced(bus.steadyFollower(name), pause.toNanos());
  }

  @Override
  public Follower reader(String name) {
    return bus.reader(name);
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    return bus.extent(partition);
  }

  /** Does nothing: the other bus is not owned. */
  @Override
  public void close() {}

  private static final class Paced implements Follower {
    private final Follower follower;
    private final long pause;
    private final Semaphore wakeups = new Semaphore(0);
    private long restsUntil = System.nanoTime();

    Paced(Follower follower, long pause) {
      this.follower = follower;
      this.pause = pause;
    }

    @Override
    public void assign(TopicPartition partition, long offset) {
      follower.assign(partition, offset);
    }

    @Override
    public void unassign(TopicPartition partition) {
      follower.unassign(partition);
    }

    @Override
    public List<LogRecord> poll(Duration wait) {
      long begun = System.nanoTime();
      long rest = Math.max(0, restsUntil - begun);
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
      List<LogRecord> records = follower.poll(wait.minusNanos(rest));
      if (!records.isEmpty() && records.size() < FEW) {
        restsUntil = System.nanoTime() + pause;
      }
      return records;
    }

    @Override
    public long position(TopicPartition partition) {
      return follower.position(partition);
    }

    @Override
    public void wakeup() {
      wakeups.release();
      follower.wakeup();
    }

    @Override
    public void close() {
      follower.close();
    }
  }
}
