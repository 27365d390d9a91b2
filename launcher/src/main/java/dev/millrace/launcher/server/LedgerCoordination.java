package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.ledger.Coordination;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the ledgers ask of the coordination store. Epochs are stored as decimal numbers under {@code
 * epochs/<ledger>/<partition>}. One lease, {@code writer}, says that this instance should write:
 * all partitions of all ledgers, as long as there is one instance.
 */
final class LedgerCoordination implements Coordination, AutoCloseable {
  private static final String WRITER = "writer";

  private final CoordinationStore store;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final KeptLease writer;

  /** Takes the lease, if it is free, and from now on keeps it or goes on trying to get it. */
  LedgerCoordination(CoordinationStore store, String instance) {
    this.store = store;
    this.writer = new KeptLease(store, WRITER, instance);
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
    return writer.held();
  }

  /** Keeps the lease, or tries to get it. */
  void renew() {
    writer.renew();
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    calls.shutdown();
    writer.close();
  }

  private static String key(String ledger, int partition) {
    return "epochs/" + ledger + "/" + partition;
  }

  private static long number(Versioned stored) {
    return Long.parseLong(new String(stored.value(), UTF_8));
  }
}
