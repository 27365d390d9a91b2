package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.ledger.Coordination;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the ledgers ask of the coordination store. Epochs are stored as decimal numbers under {@code
 * epochs/<ledger>/<partition>}. One lease, {@code writer}, says that this instance should write:
 * all partitions of all ledgers, as long as there is one instance.
 */
final class LedgerCoordination implements Coordination, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerCoordination.class);
  private static final String WRITER = "writer";
  private static final Duration TTL = Duration.ofSeconds(10);

  private final CoordinationStore store;
  private final String instance;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("writer-lease").factory());
  private volatile @Nullable Lease lease;
  private boolean closed;

  /** Takes the lease, if it is free, and from now on keeps it or goes on trying to get it. */
  LedgerCoordination(CoordinationStore store, String instance) {
    this.store = store;
    this.instance = instance;
    renew();
    long every = TTL.dividedBy(4).toMillis();
    var _ = renewal.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Long> epoch(String ledger, int partition) {
    return CompletableFuture.supplyAsync(
        () -> store.get(key(ledger, partition)).map(LedgerCoordination::number).orElse(0L), calls);
  }

  @Override
  public CompletionStage<Boolean> raiseEpoch(
      String ledger, int partition, long expected, long epoch) {
    return CompletableFuture.supplyAsync(
        () -> {
          Optional<Versioned> stored = store.get(key(ledger, partition));
          if (stored.map(LedgerCoordination::number).orElse(0L) != expected) {
            return false;
          }
          long version = stored.map(Versioned::version).orElse(0L);
          byte[] value = Long.toString(epoch).getBytes(UTF_8);
          return store.compareAndSet(key(ledger, partition), version, value).isPresent();
        },
        calls);
  }

  @Override
  public boolean shouldWrite(String ledger, int partition) {
    Lease held = lease;
    return held != null && held.held();
  }

  /** Gives the lease back. */
  @Override
  public synchronized void close() {
    closed = true;
    renewal.shutdownNow();
    calls.shutdown();
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.close();
    }
  }

  /** Keeps the lease, or tries to get it. */
  synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      Lease held = lease;
      if (held == null || !held.keepAlive()) {
        lease = store.acquire(WRITER, instance, TTL).orElse(null);
      }
    } catch (CoordinationException e) {
      log.warn("the lease to write could not be renewed: {}", e.getMessage());
    }
  }

  private static String key(String ledger, int partition) {
    return "epochs/" + ledger + "/" + partition;
  }

  private static long number(Versioned stored) {
    return Long.parseLong(new String(stored.value(), UTF_8));
  }
}
