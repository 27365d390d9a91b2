package dev.millrace.bus.memory;

import dev.millrace.bus.ledger.Coordination;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Epochs in memory, and one word for all partitions on whether to write. */
public final class MemoryCoordination implements Coordination {
  private final ConcurrentMap<Partition, Long> epochs = new ConcurrentHashMap<>();
  private volatile boolean writes;

  private record Partition(String ledger, int number) {}

  /** Whoever asks shall write everything, or nothing until {@link #write}. */
  public MemoryCoordination(boolean writes) {
    this.writes = writes;
  }

  /** Whoever asks shall write from now on. */
  public void write() {
    writes = true;
  }

  @Override
  public CompletionStage<Long> epoch(String ledger, int partition) {
    return CompletableFuture.completedStage(
        epochs.getOrDefault(new Partition(ledger, partition), 0L));
  }

  @Override
  public CompletionStage<Boolean> raiseEpoch(
      String ledger, int partition, long expected, long epoch) {
    var of = new Partition(ledger, partition);
    epochs.putIfAbsent(of, 0L);
    return CompletableFuture.completedStage(epochs.replace(of, expected, epoch));
  }

  @Override
  public boolean shouldWrite(String ledger, int partition) {
    return writes;
  }
}
