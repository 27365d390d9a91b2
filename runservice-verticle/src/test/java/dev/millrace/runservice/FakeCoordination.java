package dev.millrace.runservice;

import dev.millrace.bus.ledger.Coordination;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Epochs in memory, for one replica after another that writes all or nothing. */
final class FakeCoordination implements Coordination {
  private final Map<Integer, Long> epochs = new HashMap<>();
  private volatile boolean writes;

  FakeCoordination(boolean writes) {
    this.writes = writes;
  }

  /** Whoever asks shall write from now on. */
  void write() {
    writes = true;
  }

  @Override
  public synchronized CompletionStage<Long> epoch(String ledger, int partition) {
    return CompletableFuture.completedStage(epochs.getOrDefault(partition, 0L));
  }

  @Override
  public synchronized CompletionStage<Boolean> raiseEpoch(
      String ledger, int partition, long expected, long epoch) {
    boolean raised = epochs.getOrDefault(partition, 0L) == expected;
    if (raised) {
      epochs.put(partition, epoch);
    }
    return CompletableFuture.completedStage(raised);
  }

  @Override
  public boolean shouldWrite(String ledger, int partition) {
    return writes;
  }
}
