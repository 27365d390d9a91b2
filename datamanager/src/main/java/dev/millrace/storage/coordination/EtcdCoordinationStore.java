package dev.millrace.storage.coordination;

import static dev.millrace.storage.coordination.EtcdCalls.bytes;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A store in an etcd cluster (3.4 or later), for any number of processes. Versions are etcd's
 * revisions. Changes are never sent a second time, so one that was not answered throws; the caller
 * looks what became of it. A lease lasts whole seconds there, and never shorter than asked for.
 */
public final class EtcdCoordinationStore implements CoordinationStore {
  private final EtcdCalls calls;
  private final LongSupplier nanos;
  private final String values;
  private final String leases;
  private final Set<EtcdLease> taken = ConcurrentHashMap.newKeySet();
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();

  private EtcdCoordinationStore(EtcdCalls calls, String prefix, LongSupplier nanos) {
    this.calls = calls;
    this.nanos = nanos;
    this.values = prefix + "/values/";
    this.leases = prefix + "/leases/";
  }

  /**
   * Opens the store and sees whether it answers.
   *
   * @param nanos rises steadily, also while the machine sleeps; leases end here by it
   * @throws CoordinationException if it cannot be reached or lets nobody in with these settings;
   *     the message says why
   */
  public static EtcdCoordinationStore open(EtcdSettings settings, LongSupplier nanos) {
    var calls = new EtcdCalls(settings, nanos);
    try {
      var store = new EtcdCoordinationStore(calls, settings.prefix(), nanos);
      store.read(EtcdCalls.CONNECT, store.leases);
      return store;
    } catch (RuntimeException e) {
      calls.close();
      throw e;
    }
  }

  @Override
  public Optional<Versioned> get(String key) {
    Keys.check(key);
    return read("read " + key, values + key).map(EtcdWatch::versioned);
  }

  private Optional<KeyValue> read(String what, String key) {
    return calls.await(what, calls.client().getKVClient().get(bytes(key))).getKvs().stream()
        .findFirst();
  }

  @Override
  public OptionalLong compareAndSet(String key, long expected, byte[] value) {
    Keys.check(key);
    Keys.checkValue(value);
    ByteSequence at = bytes(values + key);
    var put = Op.put(at, ByteSequence.from(value), PutOption.DEFAULT);
    TxnResponse answer = change("write " + key, unchanged(at, expected), put);
    return answer.isSucceeded()
        ? OptionalLong.of(answer.getHeader().getRevision())
        : OptionalLong.empty();
  }

  @Override
  public boolean compareAndDelete(String key, long expected) {
    Keys.check(key);
    if (expected == 0) {
      return false;
    }
    ByteSequence at = bytes(values + key);
    var delete = Op.delete(at, DeleteOption.DEFAULT);
    return change("delete " + key, unchanged(at, expected), delete).isSucceeded();
  }

  private static Cmp unchanged(ByteSequence key, long expected) {
    return new Cmp(
        key, Cmp.Op.EQUAL, expected == 0 ? CmpTarget.version(0) : CmpTarget.modRevision(expected));
  }

  private TxnResponse change(String what, Cmp condition, Op operation) {
    return calls.await(
        what, calls.client().getKVClient().txn().If(condition).Then(operation).commit());
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    Keys.check(name);
    Keys.checkValue(owner.getBytes(StandardCharsets.UTF_8));
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("a lease lasts longer than " + ttl);
    }
    long askedAt = nanos.getAsLong();
    long seconds = ttl.plusSeconds(1).minusNanos(1).toSeconds();
    String what = "take the lease " + name;
    long id = calls.await(what, calls.client().getLeaseClient().grant(seconds)).getID();
    try {
      ByteSequence at = bytes(leases + name);
      var put = Op.put(at, bytes(owner), PutOption.builder().withLeaseId(id).build());
      if (change(what, unchanged(at, 0), put).isSucceeded()) {
        var lease = new EtcdLease(calls, nanos, id, name, owner, ttl, askedAt);
        taken.removeIf(other -> !other.held());
        taken.add(lease);
        return Optional.of(lease);
      }
    } catch (CoordinationException e) {
      EtcdLease.revoke(calls, name, id); // it may have been taken
      throw e;
    }
    EtcdLease.revoke(calls, name, id);
    return Optional.empty();
  }

  @Override
  public Optional<String> holder(String name) {
    Keys.check(name);
    return read("read the lease " + name, leases + name)
        .map(stored -> stored.getValue().toString(StandardCharsets.UTF_8));
  }

  @Override
  public SortedMap<String, String> holders(String prefix) {
    Keys.checkPrefix(prefix);
    SortedMap<String, String> found = new TreeMap<>();
    for (KeyValue entry : EtcdListing.of(calls, leases + prefix).entries()) {
      String name = entry.getKey().toString(StandardCharsets.UTF_8).substring(leases.length());
      found.put(name, entry.getValue().toString(StandardCharsets.UTF_8));
    }
    return found;
  }

  @Override
  public Watch watch(String prefix, Consumer<Change> listener) {
    return watch(values, prefix, listener);
  }

  @Override
  public Watch watchHolders(String prefix, Consumer<Change> listener) {
    return watch(leases, prefix, listener);
  }

  private Watch watch(String root, String prefix, Consumer<Change> listener) {
    Keys.checkPrefix(prefix);
    var watch = EtcdWatch.start(calls, root, prefix, listener);
    watches.add(watch);
    return () -> {
      watches.remove(watch);
      watch.close();
    };
  }

  @Override
  public void close() {
    watches.forEach(EtcdWatch::close);
    taken.forEach(EtcdLease::close);
    calls.close();
  }
}
