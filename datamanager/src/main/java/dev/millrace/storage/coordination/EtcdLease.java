package dev.millrace.storage.coordination;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease of etcd. Its time counts from when it was last asked for, so it is over here before it is
 * over there.
 */
final class EtcdLease extends TimedLease {
  private static final Logger log = LoggerFactory.getLogger(EtcdLease.class);

  private final EtcdCalls calls;
  private final LongSupplier nanos;
  private final long id;

  /**
   * A lease that was granted.
   *
   * @param askedAt when it was asked for, by the same clock
   */
  EtcdLease(
      EtcdCalls calls,
      LongSupplier nanos,
      long id,
      String name,
      String owner,
      Duration ttl,
      long askedAt) {
    super(nanos, name, owner, ttl, askedAt);
    this.calls = calls;
    this.nanos = nanos;
    this.id = id;
  }

  @Override
  public synchronized boolean keepAlive() {
    long askedAt = nanos.getAsLong();
    if (!held()) {
      close();
      return false;
    }
    try {
      calls.await(
          "keep the lease " + name() + " alive",
          calls.client().getLeaseClient().keepAliveOnce(id).thenApply(_ -> id));
    } catch (CoordinationException e) {
      if (EtcdCalls.isNotFound(e)) {
        end();
        return false;
      }
      throw e;
    }
    if (!held()) {
      close(); // the answer came too late: somebody may have seen that it was over
      return false;
    }
    renew(askedAt);
    return true;
  }

  @Override
  public synchronized void close() {
    if (end()) {
      revoke(calls, name(), id);
    }
  }

  /** Ends a lease and what is stored under it; if that fails it ends by itself. */
  static void revoke(EtcdCalls calls, String name, long id) {
    try {
      calls.await("give the lease " + name + " back", calls.client().getLeaseClient().revoke(id));
    } catch (CoordinationException e) {
      if (!EtcdCalls.isNotFound(e)) {
        log.warn("it will lapse: {}", e.getMessage());
      }
    }
  }
}
