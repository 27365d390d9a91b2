package dev.millrace.runservice.logs;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import dev.millrace.http.ProblemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Followers for reading a piece of a partition: so many at once, a few kept for the next. */
public final class Followers implements AutoCloseable {
  private static final int KEPT = 4;
  private final Bus bus;
  private final String name;
  private final Semaphore permits;
  private final Deque<Follower> idle = new ArrayDeque<>();
  private boolean closed;

  /**
   * None yet.
   *
   * @param most how many may read at once; others wait
   */
  public Followers(Bus bus, String name, int most) {
    this.bus = bus;
    this.name = name;
    this.permits = new Semaphore(most, true);
  }

  /** A follower lent to one reader, following one partition. */
  public final class Lease implements AutoCloseable {
    private final Follower follower;
    private final TopicPartition partition;
    private boolean returned;

    private Lease(Follower follower, TopicPartition partition) {
      this.follower = follower;
      this.partition = partition;
    }

    public Follower follower() {
      return follower;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        giveBack(follower, partition);
      }
    }
  }

  /**
   * Lends a follower of the partition from the offset on.
   *
   * @throws ProblemException 503 if too many are lent for too long
   */
  public Lease lend(TopicPartition partition, long offset) throws InterruptedException {
    if (!permits.tryAcquire(5, TimeUnit.SECONDS)) {
      throw ProblemException.tryLater("too many logs are being read; try again later");
    }
    boolean lent = false;
    try {
      Follower follower = take();
      follower.assign(partition, offset);
      lent = true;
      return new Lease(follower, partition);
    } finally {
      if (!lent) {
        permits.release();
      }
    }
  }

  private Follower take() {
    synchronized (idle) {
      Follower kept = idle.pollFirst();
      if (kept != null) {
        return kept;
      }
    }
    return bus.reader(name);
  }

  private void giveBack(Follower follower, TopicPartition partition) {
    permits.release();
    boolean keep = false;
    try {
      follower.unassign(partition);
      synchronized (idle) {
        keep = !closed && idle.size() < KEPT;
        if (keep) {
          idle.addFirst(follower);
        }
      }
    } finally {
      if (!keep) {
        follower.close();
      }
    }
  }

  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.forEach(Follower::close);
      idle.clear();
    }
  }
}
