package dev.millrace.storage.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import dev.millrace.storage.coordination.CoordinationStore.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Who holds what in this process. What ran out is noticed with the next call. */
final class Leases {
  private final LongSupplier nanos;
  private final Map<String, Held> byName = new HashMap<>();
  private final Watches watches = new Watches();
  private Table owners = Table.EMPTY;

  Leases(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized Optional<Lease> acquire(String name, String owner, Duration ttl) {
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("a lease lasts longer than " + ttl);
    }
    Keys.checkValue(owner.getBytes(UTF_8));
    letLapse();
    if (byName.containsKey(name)) {
      return Optional.empty();
    }
    var lease = new Held(name, owner, ttl);
    byName.put(name, lease);
    owners = owners.with(name, owner.getBytes(UTF_8));
    watches.tell(new Change(name, owners.entries().get(name)));
    return Optional.of(lease);
  }

  synchronized Optional<String> holder(String name) {
    letLapse();
    return Optional.ofNullable(byName.get(name)).map(Lease::owner);
  }

  synchronized SortedMap<String, String> holders(String prefix) {
    letLapse();
    SortedMap<String, String> found = new TreeMap<>();
    byName.forEach(
        (name, lease) -> {
          if (name.startsWith(prefix)) {
            found.put(name, lease.owner());
          }
        });
    return found;
  }

  synchronized Watch watch(String prefix, Consumer<Change> listener) {
    letLapse();
    return watches.add(prefix, listener, owners);
  }

  synchronized void endAll() {
    byName.values().forEach(TimedLease::end);
    byName.clear();
    watches.close();
  }

  private void letLapse() {
    List.copyOf(byName.values()).stream().filter(lease -> !lease.held()).forEach(this::forget);
  }

  private void forget(Held lease) {
    lease.end();
    if (byName.remove(lease.name(), lease)) {
      owners = owners.without(lease.name());
      watches.tell(new Change(lease.name(), null));
    }
  }

  private final class Held extends TimedLease {
    Held(String name, String owner, Duration ttl) {
      super(nanos, name, owner, ttl, nanos.getAsLong());
    }

    @Override
    public boolean keepAlive() {
      synchronized (Leases.this) {
        letLapse();
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
        forget(this);
      }
    }
  }
}
