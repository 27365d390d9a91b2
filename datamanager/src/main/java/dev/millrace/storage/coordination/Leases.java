package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Who holds what in this process. */
final class Leases {
  private final LongSupplier nanos;
  private final Map<String, Held> byName = new HashMap<>();

  Leases(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized Optional<Lease> acquire(String name, String owner, Duration ttl) {
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("a lease lasts longer than " + ttl);
    }
    Held other = byName.get(name);
    if (other != null && other.held()) {
      return Optional.empty();
    }
    var lease = new Held(name, owner, ttl.toNanos());
    byName.put(name, lease);
    return Optional.of(lease);
  }

  synchronized Optional<String> holder(String name) {
    return Optional.ofNullable(byName.get(name)).filter(Held::held).map(Held::owner);
  }

  synchronized void endAll() {
    byName.values().forEach(held -> held.over = true);
    byName.clear();
  }

  private final class Held implements Lease {
    private final String name;
    private final String owner;
    private final long ttl;
    private volatile long until;
    private volatile boolean over;

    Held(String name, String owner, long ttl) {
      this.name = name;
      this.owner = owner;
      this.ttl = ttl;
      this.until = nanos.getAsLong() + ttl;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String owner() {
      return owner;
    }

    @Override
    public boolean held() {
      return !over && nanos.getAsLong() - until < 0;
    }

    @Override
    public boolean keepAlive() {
      synchronized (Leases.this) {
        if (!held()) {
          over = true;
          return false;
        }
        until = nanos.getAsLong() + ttl;
        return true;
      }
    }

    @Override
    public void close() {
      synchronized (Leases.this) {
        over = true;
        byName.remove(name, this);
      }
    }
  }
}
