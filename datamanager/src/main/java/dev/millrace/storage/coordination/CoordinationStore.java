package dev.millrace.storage.coordination;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Small values by key, changed only by comparison, and leases. Calls may come from any thread and
 * block, so not from an event loop; they fail with {@link CoordinationException} when the store
 * cannot be reached. Adapters pass {@code CoordinationStoreContract}.
 *
 * <p>Keys are 1 to 512 letters, digits and {@code . _ - /}; values at most 64 KiB.
 */
public interface CoordinationStore extends AutoCloseable {
  /** The longest key. */
  int MAX_KEY = 512;

  /** The largest value. */
  int MAX_VALUE = 64 * 1024;

  /** What is stored under the key. */
  Optional<Versioned> get(String key);

  /**
   * Stores the value if what is stored is still of this version. Once this has returned, the value
   * survives the death of every process. Of several concurrent callers that expect one version,
   * exactly one succeeds. If it throws, the value may have been stored all the same.
   *
   * @param expected 0 if nothing is to be stored yet
   * @return the new version, or empty if another one was found
   */
  OptionalLong compareAndSet(String key, long expected, byte[] value);

  /** Removes what is stored under the key if it is still of this version; tells whether it did. */
  boolean compareAndDelete(String key, long expected);

  /**
   * Takes the lease of this name, if nobody holds it.
   *
   * @param owner shows who holds it; in UTF-8 no longer than a value
   * @param ttl how long it lasts without being kept alive
   */
  Optional<Lease> acquire(String name, String owner, Duration ttl);

  /** Who holds the lease of this name. */
  Optional<String> holder(String name);

  /** Who holds each lease whose name begins like this, by the name of the lease. */
  SortedMap<String, String> holders(String prefix);

  /**
   * As {@link #watch}, but of leases: the key is the name of the lease, the value who holds it, and
   * it is gone when nobody does. That a lease ran out may be told late: when the store notices, or
   * when it is asked next.
   */
  Watch watchHolders(String prefix, Consumer<Change> listener);

  /**
   * Tells all that is stored under keys with this prefix, then every change, in order, until it is
   * closed. A value that is changed several times in a row may be told once, as it is at last. The
   * listener is called by one thread at a time and should be quick.
   */
  Watch watch(String prefix, Consumer<Change> listener);

  /** Ends watches and gives leases back. */
  @Override
  void close();

  /**
   * A stored value.
   *
   * @param version rises with every change of the store, so no version of a key comes twice
   */
  record Versioned(long version, byte[] value) {}

  /**
   * What is under a key now.
   *
   * @param now null if it was deleted
   */
  record Change(String key, @Nullable Versioned now) {}

  /** The right to do something alone, for a time. */
  interface Lease extends AutoCloseable {
    String name();

    String owner();

    /**
     * Whether it is still held, by the clock of this process: false at the latest when somebody
     * else may hold it. Does not block.
     */
    boolean held();

    /** Lets it last for its full time again; false if it is over, and then it stays so. */
    boolean keepAlive();

    /** Gives it back. */
    @Override
    void close();
  }

  /** Ends a watch. */
  interface Watch extends AutoCloseable {
    /** No call of the listener begins after this. */
    @Override
    void close();
  }
}
