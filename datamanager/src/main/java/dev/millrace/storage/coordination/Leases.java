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
    var lease = new Held(name, owner, ttl);
    byName.put(name, lease);
    return Optional.of(lease);
  }

  synchronized Optional<String> holder(String name) {
    return Optional.ofNullable(byName.get(name)).filter(Lease::held).map(Lease::owner);
  }

  synchronized void endAll() {
    byName.values().forEach(TimedLease::end);
    byName.clear();
  }

  private final class Held extends TimedLease {
    Held(String name, String owner, Duration ttl) {
      super(nanos, name, owner, ttl, nanos.getAsLong());
    }

    @Override
    public boolean keepAlive() {
      synchronized (Leases.this) {
        if (!held()) {
          end();
          return false;
        }
        renew(nanos.getAsLong());
        return true;
      }
    }

    @Override
    public void close() {
      synchronized (Leases.this) {
        end();
        byName.remove(name(), this);
      }
    }
  }
}
