package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.launcher.settings.Role;
import dev.millrace.storage.coordination.CoordinationStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * What the ledgers ask of the coordination store. Each instance that can write a ledger holds a
 * lease that says so, and the partitions are shared among all that do ({@link Shares}). Two may
 * think for a moment that a partition is theirs: that is what epochs are for.
 */
final class LedgerCoordination implements Coordination, AutoCloseable {
  /** How long the others wait for an instance that is silent, in an installation of many. */
  static final Duration TTL = Duration.ofSeconds(3);

  private final String instance;
  private final Map<String, Integer> partitions;
  private final Epochs epochs;
  private final Candidates candidates = new Candidates();
  private final Map<String, Shared> shares = new ConcurrentHashMap<>();
  private final Map<String, KeptLease> leases = new HashMap<>();
  private final CoordinationStore.Watch watch;

  /** How a ledger was shared out among these. */
  private record Shared(SortedSet<String> among, List<String> partitions) {}

  /** How many partitions the ledgers have that these roles write. */
  static Map<String, Integer> partitions(Bus bus, Set<Role> roles) {
    Map<String, Integer> partitions = new HashMap<>();
    if (roles.contains(Role.CONFIGSTORE)) {
      String ledger = Ledgers.CONFIG.events().name();
      partitions.put(ledger, bus.partitions(ledger));
    }
    if (roles.contains(Role.RUNSERVICE)) {
      String ledger = Ledgers.RUNS.events().name();
      partitions.put(ledger, bus.partitions(ledger));
    }
    return partitions;
  }

  /**
   * Says from now on that this instance can write these ledgers.
   *
   * @param partitions how many each ledger has
   * @param ttl how long the others wait for this instance once it is silent
   * @param able whether it can write at all at present; should not block
   * @throws dev.millrace.storage.coordination.CoordinationException if the store does not answer;
   *     nothing is left of it then
   */
  LedgerCoordination(
      CoordinationStore store,
      String instance,
      Map<String, Integer> partitions,
      Duration ttl,
      BooleanSupplier able) {
    // First, as it fails if the store is away: leases that are left would be kept for nobody.
    this.watch = store.watchHolders(Candidates.PREFIX, candidates::hear);
    this.epochs = new Epochs(store);
    this.instance = instance;
    this.partitions = Map.copyOf(partitions);
    for (String ledger : partitions.keySet()) {
      String lease = Candidates.lease(ledger, instance);
      leases.put(ledger, new KeptLease(store, lease, instance, ttl, able));
    }
  }

  @Override
  public CompletionStage<Long> epoch(String ledger, int partition) {
    return epochs.last(ledger, partition);
  }

  @Override
  public CompletionStage<Boolean> raiseEpoch(
      String ledger, int partition, long expected, long epoch) {
    return epochs.raise(ledger, partition, expected, epoch);
  }

  @Override
  public boolean shouldWrite(String ledger, int partition) {
    KeptLease lease = leases.get(ledger);
    if (lease == null || !lease.held() || candidates.isRecovered()) {
      return false;
    }
    List<String> writers = writers(ledger);
    return partition < writers.size() && writers.get(partition).equals(instance);
  }

  private List<String> writers(String ledger) {
    SortedSet<String> among = candidates.of(ledger);
    Shared known = shares.get(ledger);
    if (known == null || !known.among().equals(among)) {
      int count = partitions.getOrDefault(ledger, 0);
      known = new Shared(among, Shares.of(ledger, count, among));
      shares.put(ledger, known);
    }
    return known.partitions();
  }

  /** Keeps the leases, or tries to get them. */
  void renew() {
    leases.values().forEach(KeptLease::renew);
  }

  /** Lets the others have all partitions; what is written here goes on until they do. */
  void resign() {
    leases.values().forEach(KeptLease::close);
  }

  /** Gives the leases back. */
  @Override
  public void close() {
    watch.close();
    resign();
    epochs.close();
  }
}
