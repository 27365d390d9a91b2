package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The epochs of the writers of ledgers, as decimal numbers under {@code
 * epochs/<ledger>/<partition>}.
 */
final class Epochs implements AutoCloseable {
  private final CoordinationStore store;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  Epochs(CoordinationStore store) {
    this.store = store;
  }

  /** That which was given out last; 0 if none was. */
  CompletionStage<Long> last(String ledger, int partition) {
    return CompletableFuture.supplyAsync(
        () -> store.get(key(ledger, partition)).map(Epochs::number).orElse(0L), calls);
  }

  /** Sets it if it is still what is expected; tells whether it did. */
  CompletionStage<Boolean> raise(String ledger, int partition, long expected, long epoch) {
    return CompletableFuture.supplyAsync(
        () -> {
          Optional<Versioned> stored = store.get(key(ledger, partition));
          if (stored.map(Epochs::number).orElse(0L) != expected) {
            return false;
          }
          long version = stored.map(Versioned::version).orElse(0L);
          byte[] value = Long.toString(epoch).getBytes(UTF_8);
          return store.compareAndSet(key(ledger, partition), version, value).isPresent();
        },
        calls);
  }

  @Override
  public void close() {
    calls.shutdown();
  }

  private static String key(String ledger, int partition) {
    return "epochs/" + ledger + "/" + partition;
  }

  private static long number(Versioned stored) {
    return Long.parseLong(new String(stored.value(), UTF_8));
  }
}
