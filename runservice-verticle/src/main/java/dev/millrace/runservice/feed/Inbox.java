package dev.millrace.runservice.feed;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one reader has not taken yet. Those who fill it never wait: when the reader is too slow, the
 * inbox empties itself and remembers that it did, and the reader fetches what it missed.
 */
public final class Inbox<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
  private final long capacity;
  private long weight;
  private boolean overflown;
  private boolean poked;

  private record Entry<T>(T item, long weight) {}

  /**
   * An empty inbox.
   *
   * @param capacity the sum of weights it holds
   */
  public Inbox(long capacity) {
    this.capacity = capacity;
  }

  /** Adds an item. After an overflow nothing is added until the reader has noticed. */
  public void offer(T item, long itemWeight) {
    lock.lock();
    try {
      if (overflown) {
        return;
      }
      if (weight + itemWeight > capacity) {
        lose();
        return;
      }
      weight += itemWeight;
      entries.addLast(new Entry<>(item, itemWeight));
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** As if more had come than it holds. */
  public void overflow() {
    lock.lock();
    try {
      lose();
    } finally {
      lock.unlock();
    }
  }

  private void lose() {
    entries.clear();
    weight = 0;
    overflown = true;
    news.signalAll();
  }

  /** Lets a reader that waits, or the next one that would, look around. */
  public void poke() {
    lock.lock();
    try {
      poked = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is an item, an overflow or a poke, at most as long as told; uses up the poke.
   *
   * @return whether there was anything
   */
  public boolean await(Duration longest) throws InterruptedException {
    return await(longest, false);
  }

  /** As {@link #await}, for a reader that leaves the items where they are for now. */
  public boolean awaitPoke(Duration longest) throws InterruptedException {
    return await(longest, true);
  }

  private boolean await(Duration longest, boolean leavingItems) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = longest.toNanos();
      while ((leavingItems || entries.isEmpty()) && !overflown && !poked) {
        if (nanos <= 0) {
          return false;
        }
        nanos = news.awaitNanos(nanos);
      }
      poked = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest item, left where it is. */
  public @Nullable T peek() {
    lock.lock();
    try {
      Entry<T> first = entries.peekFirst();
      return first == null ? null : first.item;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the oldest item. */
  public @Nullable T poll() {
    lock.lock();
    try {
      Entry<T> first = entries.pollFirst();
      if (first == null) {
        return null;
      }
      weight -= first.weight;
      return first.item;
    } finally {
      lock.unlock();
    }
  }

  /** Whether items were lost. */
  public boolean overflown() {
    lock.lock();
    try {
      return overflown;
    } finally {
      lock.unlock();
    }
  }

  /** Empties it and takes items again, also after an overflow. */
  public void reset() {
    lock.lock();
    try {
      entries.clear();
      weight = 0;
      overflown = false;
    } finally {
      lock.unlock();
    }
  }
}
