package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The keys and leases of the coordination store: it cannot be reached, is restored from a backup
 * with its revisions, is emptied, and grants to two what one should get.
 */
final class SimulatedKeys {
  private final Storage storage;
  private final Chaos chaos;
  private final LongSupplier nanos;
  private Table now = new Table(0, Map.of());
  private Table backup = now;
  private final Map<String, Held> leases = new HashMap<>();

  private record Table(long revision, Map<String, CoordinationStore.Versioned> keys) {
    Table with(String key, byte[] value) {
      var all = new HashMap<>(keys);
      all.put(key, new CoordinationStore.Versioned(revision + 1, value));
      return new Table(revision + 1, all);
    }
  }

  private static final class Held {
    final String owner;
    long until;

    Held(String owner, long until) {
      this.owner = owner;
      this.until = until;
    }
  }

  SimulatedKeys(Storage storage) {
    this.storage = storage;
    this.chaos = storage.world.chaos;
    this.nanos = storage::nanos;
  }

  void step() {
    if (chaos.chance(0.02)) {
      backup = now;
    }
    if (chaos.strikes(Fault.KEYS_RESTORED)) {
      now = backup;
    }
    if (chaos.strikes(Fault.KEYS_EMPTIED)) {
      now = new Table(0, Map.of());
    }
  }

  /** The number that is stored there; 0 if none is. */
  long number(String key) {
    CoordinationStore.Versioned there = now.keys().get(key);
    return there == null ? 0 : Long.parseLong(new String(there.value(), US_ASCII));
  }

  /** The keys as a process sees them. */
  CoordinationStore of(SimulatedProcess process) {
    return new Seen(process);
  }

  private final class Seen implements CoordinationStore {
    private final SimulatedProcess process;

    Seen(SimulatedProcess process) {
      this.process = process;
    }

    private <T> T call(Supplier<T> what) {
      if (!process.isInTurn()) {
        return what.get();
      }
      process.bus.live();
      if (chaos.strikes(Fault.KEYS_UNREACHABLE)) {
        throw new CoordinationException("the keys cannot be reached", null);
      }
      T result = what.get();
      process.bus.live();
      return result;
    }

    @Override
    public Optional<Versioned> get(String key) {
      return call(() -> Optional.ofNullable(now.keys().get(key)));
    }

    @Override
    public OptionalLong compareAndSet(String key, long expected, byte[] value) {
      if (process.isInTurn() && chaos.strikes(Fault.CHANGE_OF_KEYS_SLOW)) {
        storage.world.meanwhile(process, 1 + chaos.upTo(12));
      }
      OptionalLong set =
          call(
              () -> {
                Versioned there = now.keys().get(key);
                if ((there == null ? 0 : there.version()) != expected
                    && !chaos.strikes(Fault.KEY_GRANTED_TO_TWO)) {
                  return OptionalLong.empty();
                }
                now = now.with(key, value);
                return OptionalLong.of(now.revision());
              });
      if (process.isInTurn() && chaos.strikes(Fault.KEY_SET_BUT_NOT_SAID)) {
        throw new CoordinationException("no answer", null);
      }
      return set;
    }

    @Override
    public boolean compareAndDelete(String key, long expected) {
      throw new UnsupportedOperationException("nobody here does that");
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration ttl) {
      return call(
          () -> {
            Held held = leases.get(name);
            if (held != null
                && held.until > nanos.getAsLong()
                && !chaos.strikes(Fault.LEASE_GRANTED_TO_TWO)) {
              return Optional.empty();
            }
            var taken = new Held(owner, nanos.getAsLong() + ttl.toNanos());
            leases.put(name, taken);
            return Optional.of(new SeenLease(name, taken, ttl));
          });
    }

    @Override
    public Optional<String> holder(String name) {
      throw new UnsupportedOperationException("nobody here asks for that");
    }

    @Override
    public SortedMap<String, String> holders(String prefix) {
      throw new UnsupportedOperationException("nobody here asks for that");
    }

    @Override
    public Watch watchHolders(String prefix, Consumer<Change> listener) {
      throw new UnsupportedOperationException("nobody here watches that");
    }

    @Override
    public Watch watch(String prefix, Consumer<Change> listener) {
      throw new UnsupportedOperationException("whoever watches is told to look by the seed");
    }

    @Override
    public void close() {
      // nothing is open
    }

    private final class SeenLease implements Lease {
      private final String name;
      private final Held held;
      private final Duration ttl;

      SeenLease(String name, Held held, Duration ttl) {
        this.name = name;
        this.held = held;
        this.ttl = ttl;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public String owner() {
        return held.owner;
      }

      @Override
      public boolean held() {
        return held.until > nanos.getAsLong();
      }

      @Override
      public boolean keepAlive() {
        return call(
            () -> {
              if (!held()) {
                return false;
              }
              held.until = nanos.getAsLong() + ttl.toNanos();
              return true;
            });
      }

      @Override
      public void close() {
        leases.remove(name, held);
      }
    }
  }
}
