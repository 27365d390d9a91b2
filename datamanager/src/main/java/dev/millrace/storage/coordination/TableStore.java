package dev.millrace.storage.coordination;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store for one process: the table is in memory and is saved before anybody sees it. Leases and
 * watches end with the process, and with them all who could have held one.
 */
abstract class TableStore implements CoordinationStore {
  private final Leases leases;
  private final Watches watches = new Watches();
  private Table table;
  private @Nullable CoordinationException broken;

  /**
   * A store that begins with this table.
   *
   * @param nanos rises steadily; leases end by it
   */
  TableStore(Table table, LongSupplier nanos) {
    this.table = table;
    this.leases = new Leases(nanos);
  }

  /** Makes the table last. */
  abstract void save(Table next);

  @Override
  public final synchronized Optional<Versioned> get(String key) {
    check(key);
    return Optional.ofNullable(table.entries().get(key))
        .map(stored -> new Versioned(stored.version(), stored.value().clone()));
  }

  @Override
  public final synchronized OptionalLong compareAndSet(String key, long expected, byte[] value) {
    check(key);
    Keys.checkValue(value);
    if (table.version(key) != expected) {
      return OptionalLong.empty();
    }
    change(key, table.with(key, value));
    return OptionalLong.of(table.revision());
  }

  @Override
  public final synchronized boolean compareAndDelete(String key, long expected) {
    check(key);
    if (expected == 0 || table.version(key) != expected) {
      return false;
    }
    change(key, table.without(key));
    return true;
  }

  @Override
  public final synchronized Optional<Lease> acquire(String name, String owner, Duration ttl) {
    check(name);
    return leases.acquire(name, owner, ttl);
  }

  @Override
  public final synchronized Optional<String> holder(String name) {
    check(name);
    return leases.holder(name);
  }

  @Override
  public final synchronized SortedMap<String, String> holders(String prefix) {
    Keys.checkPrefix(prefix);
    checkUsable();
    return leases.holders(prefix);
  }

  @Override
  public final synchronized Watch watchHolders(String prefix, Consumer<Change> listener) {
    Keys.checkPrefix(prefix);
    checkUsable();
    return leases.watch(prefix, listener);
  }

  @Override
  public final synchronized Watch watch(String prefix, Consumer<Change> listener) {
    Keys.checkPrefix(prefix);
    checkUsable();
    return watches.add(prefix, listener, table);
  }

  @Override
  public synchronized void close() {
    broken = new CoordinationException("the coordination store is closed", null);
    leases.endAll();
    watches.close();
  }

  // What a failed save has left behind is not known, so only a store that is opened anew goes on.
  private void change(String key, Table next) {
    try {
      save(next);
    } catch (CoordinationException e) {
      broken = e;
      throw e;
    }
    table = next;
    watches.tell(new Change(key, next.entries().get(key)));
  }

  private void check(String key) {
    Keys.check(key);
    checkUsable();
  }

  private void checkUsable() {
    if (broken != null) {
      throw new CoordinationException(String.valueOf(broken.getMessage()), broken);
    }
  }
}
