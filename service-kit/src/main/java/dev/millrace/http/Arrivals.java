package dev.millrace.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How far the partitions of a ledger have been read here, and who waits for more. Any thread. */
public final class Arrivals {

  private final List<Partition> partitions = new ArrayList<>();

  private record Waiter(long offset, CountDownLatch arrived) {}

  private static final class Partition {
    long next; // guarded by this, as are the waiters
    final PriorityQueue<Waiter> waiters =
        new PriorityQueue<>(Comparator.comparingLong(Waiter::offset));
  }

  /** Nothing has been read. */
  public Arrivals(int partitions) {
    for (int p = 0; p < partitions; p++) {
      this.partitions.add(new Partition());
    }
  }

  /** All before the offset has been read, and whoever looks now sees it. Does not wait. */
  public void readUpTo(int partition, long next) {
    Partition of = partitions.get(partition);
    synchronized (of) {
      of.next = Math.max(of.next, next);
      for (Waiter first = of.waiters.peek();
          first != null && first.offset() < of.next;
          first = of.waiters.peek()) {
        of.waiters.remove();
        first.arrived().countDown();
      }
    }
  }

  /** The offset before which all has been read. */
  public long next(int partition) {
    Partition of = partitions.get(partition);
    synchronized (of) {
      return of.next;
    }
  }

  /** Waits until the record at the offset has been read; tells whether it has. */
  public boolean await(int partition, long offset, long nanos) throws InterruptedException {
    Partition of = partitions.get(partition);
    var waiter = new Waiter(offset, new CountDownLatch(1));
    synchronized (of) {
      if (offset < of.next) {
        return true;
      }
      of.waiters.add(waiter);
    }
    try {
      return waiter.arrived().await(nanos, TimeUnit.NANOSECONDS);
    } finally {
      synchronized (of) {
        of.waiters.remove(waiter); // no two have the same latch
      }
    }
  }

  /** How many wait at the moment. */
  public int waiting() {
    int all = 0;
    for (Partition of : partitions) {
      synchronized (of) {
        all += of.waiters.size();
      }
    }
    return all;
  }
}
