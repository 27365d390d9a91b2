package dev.millrace.launcher.server;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The instances that could write each ledger, as their leases tell: {@code
 * writers/<ledger>/<instance>}. While somebody recovers an installation, nobody should.
 */
final class Candidates {
  /** What the leases begin with. */
  static final String PREFIX = "writers/";

  /** In the place of a ledger: who recovers. */
  static final String RECOVERY = "recovery";

  private final Map<String, SortedSet<String>> byLedger = new ConcurrentHashMap<>();

  /** The lease of an instance for a ledger. */
  static String lease(String ledger, String instance) {
    return PREFIX + ledger + "/" + instance;
  }

  /** A lease was taken or is over. By one thread at a time. */
  void hear(Change change) {
    String[] parts = change.key().substring(PREFIX.length()).split("/", 2);
    if (parts.length == 2) {
      SortedSet<String> now = new TreeSet<>(of(parts[0]));
      if (change.now() == null) {
        now.remove(parts[1]);
      } else {
        now.add(parts[1]);
      }
      byLedger.put(parts[0], Collections.unmodifiableSortedSet(now));
    }
  }

  /** Those of a ledger. Any thread; does not block. */
  SortedSet<String> of(String ledger) {
    return byLedger.getOrDefault(ledger, Collections.emptySortedSet());
  }

  boolean isRecovered() {
    return !of(RECOVERY).isEmpty();
  }
}
