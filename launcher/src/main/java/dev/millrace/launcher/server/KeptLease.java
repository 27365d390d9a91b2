package dev.millrace.launcher.server;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A lease that is kept, or tried to get, for as long as this is open. Any thread. */
final class KeptLease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeptLease.class);

  private final CoordinationStore store;
  private final String name;
  private final String owner;
  private final Duration ttl;
  private final BooleanSupplier able;
  private final ScheduledExecutorService renewal;
  private volatile @Nullable Lease lease;
  private boolean closed;
  private boolean failing;

  /**
   * Takes the lease, if it is free, and from now on keeps it or goes on trying to get it.
   *
   * @param ttl how long it lasts once this process is silent; renewed four times as often
   */
  KeptLease(CoordinationStore store, String name, String owner, Duration ttl) {
    this(store, name, owner, ttl, () -> true);
  }

  /**
   * As above, for one that others should have while this process can do nothing with it.
   *
   * @param able whether it can; asked before each renewal, should not block
   */
  KeptLease(
      CoordinationStore store, String name, String owner, Duration ttl, BooleanSupplier able) {
    this.store = store;
    this.name = name;
    this.owner = owner;
    this.ttl = ttl;
    this.able = able;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease-" + name).factory());
    renew();
    long every = ttl.dividedBy(4).toMillis();
    var _ = renewal.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  /** Whether it is held. Does not block. */
  boolean held() {
    Lease now = lease;
    return now != null && now.held();
  }

  /** Keeps the lease, or tries to get it. */
  synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      if (able.getAsBoolean()) {
        keep();
      } else {
        if (held()) {
          log.warn("the lease {} is given back: this process cannot do what it is for", name);
        }
        giveBack();
      }
      if (failing) {
        log.info("the lease {} can be renewed again", name);
      }
      failing = false;
    } catch (CoordinationException e) {
      // It is tried about once a second, for as long as the store is away.
      log.atLevel(failing ? Level.DEBUG : Level.WARN)
          .log("the lease {} could not be renewed: {}", name, e.getMessage());
      failing = true;
    } catch (RuntimeException e) {
      log.error("the lease {} is tried again", name, e); // or this would have been the last time
    }
  }

  private void keep() {
    Lease held = lease;
    if (held == null || !held.keepAlive()) {
      lease = store.acquire(name, owner, ttl).orElse(null);
    }
  }

  /** Gives it back. */
  @Override
  public synchronized void close() {
    closed = true;
    renewal.shutdownNow();
    giveBack();
  }

  private void giveBack() {
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.close();
    }
  }
}
