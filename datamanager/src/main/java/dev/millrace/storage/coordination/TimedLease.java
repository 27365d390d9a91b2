package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Lease;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A lease that is over when its time is, by the clock of this process. */
abstract class TimedLease implements Lease {
  private final LongSupplier nanos;
  private final String name;
  private final String owner;
  private final long ttl;
  private volatile long until;
  private volatile boolean over;

  /**
   * A lease that is held.
   *
   * @param from when its time begins, by the same clock
   */
  TimedLease(LongSupplier nanos, String name, String owner, Duration ttl, long from) {
    this.nanos = nanos;
    this.name = name;
    this.owner = owner;
    this.ttl = ttl.toNanos();
    this.until = from + this.ttl;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String owner() {
    return owner;
  }

  @Override
  public final boolean held() {
    return !over && nanos.getAsLong() - until < 0;
  }

  /** Lets its time begin again, then. */
  void renew(long from) {
    until = from + ttl;
  }

  /** It is not held any more, whatever the time; tells whether this call has ended it. */
  synchronized boolean end() {
    boolean ended = !over;
    over = true;
    return ended;
  }
}
