package dev.millrace.launcher.server;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;

/** A store that goes away whenever somebody wants to watch it. */
record UnwatchedStore(CoordinationStore store) implements CoordinationStore {
  @Override
  public Optional<Versioned> get(String key) {
    return store.get(key);
  }

  @Override
  public OptionalLong compareAndSet(String key, long expected, byte[] value) {
    return store.compareAndSet(key, expected, value);
  }

  @Override
  public boolean compareAndDelete(String key, long expected) {
    return store.compareAndDelete(key, expected);
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    return store.acquire(name, owner, ttl);
  }

  @Override
  public Optional<String> holder(String name) {
    return store.holder(name);
  }

  @Override
  public SortedMap<String, String> holders(String prefix) {
    return store.holders(prefix);
  }

  @Override
  public Watch watchHolders(String prefix, Consumer<Change> listener) {
    throw new CoordinationException("the store is away", null);
  }

  @Override
  public Watch watch(String prefix, Consumer<Change> listener) {
    throw new CoordinationException("the store is away", null);
  }

  @Override
  public void close() {
    store.close();
  }
}
