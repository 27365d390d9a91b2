package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Coordination;
import dev.millrace.storage.coordination.CoordinationStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What the ledgers ask of the coordination store while somebody recovers an installation. */
final class RecoveryCoordination implements Coordination, AutoCloseable {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final Epochs epochs;
  private final CoordinationStore store;
  private final KeptLease lease;

  /** From now on no writer begins anywhere, until this is closed. */
  RecoveryCoordination(CoordinationStore store, String instance) {
    this.store = store;
    this.epochs = new Epochs(store);
    this.lease =
        new KeptLease(store, Candidates.lease(Candidates.RECOVERY, instance), instance, TTL);
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
    return lease.held();
  }

  /** Whether nobody else can write, or is about to recover. Blocks. */
  boolean isAlone() {
    return lease.held() && store.holders(Candidates.PREFIX).size() == 1;
  }

  @Override
  public void close() {
    lease.close();
    epochs.close();
  }
}
