package dev.millrace.bus.ledger;

import dev.millrace.bus.Bus;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Reads all partitions of a ledger: what a reader believes is what every reader believes. Its view
 * may be used by any thread at any time.
 *
 * <p>Either {@link #start} gives it a thread of its own, or one thread calls {@link #step}.
 */
public final class LedgerFollower<S, E> implements LedgerView<S, E>, AutoCloseable {
  private final LedgerNode<S, E> node;
  private final LedgerLoop loop;

  /**
   * Does nothing before the first step.
   *
   * @param name shows in logs and metrics
   */
  public LedgerFollower(
      Bus bus,
      LedgerKind<S, ?, E> kind,
      String name,
      Timing timing,
      LedgerSettings settings,
      FaultHandler faults) {
    this(bus, kind, name, timing, settings, faults, Starts.first(kind));
  }

  /** As the other one, but begins to read where it is told to. */
  public LedgerFollower(
      Bus bus,
      LedgerKind<S, ?, E> kind,
      String name,
      Timing timing,
      LedgerSettings settings,
      FaultHandler faults,
      Starts<S> starts) {
    this(bus, kind, name, timing, settings, faults, starts, new Pieces<S, Object, E>());
  }

  LedgerFollower(
      Bus bus,
      LedgerKind<S, ?, E> kind,
      String name,
      Timing timing,
      LedgerSettings settings,
      FaultHandler faults,
      Starts<S> starts,
      Pieces<S, ?, E> pieces) {
    this.node =
        new LedgerNode<>(
            bus, bus.steadyFollower(name), kind, timing, settings, faults, starts, pieces);
    this.loop = new LedgerLoop(node, name, faults);
  }

  /** Lets it run on a thread of its own until it is closed. */
  public void start() {
    loop.start();
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  public void step(Duration wait) {
    node.step(wait);
  }

  /** Lets a step that waits return at once. Any thread. */
  public void wakeup() {
    node.mailbox().post(() -> {});
  }

  /**
   * Completes when all has been folded that was there at the first step; fails if a partition had
   * to be stopped before.
   */
  public CompletionStage<Void> caughtUp() {
    return node.caughtUp().minimalCompletionStage();
  }

  /** The whole of what a partition has come to. */
  public Checkpoint<S> checkpoint(int partition) {
    return node.replica(partition).at();
  }

  @Override
  public int partitions() {
    return node.partitions();
  }

  @Override
  public S state(int partition) {
    return node.state(partition);
  }

  @Override
  public long n(int partition) {
    return node.n(partition);
  }

  @Override
  public long position(int partition) {
    return node.position(partition);
  }

  @Override
  public boolean isAccepted(int partition, long offset) {
    return node.isAccepted(partition, offset);
  }

  @Override
  public Subscription subscribe(Listener<S, E> listener) {
    return node.subscribe(listener);
  }

  @Override
  public void close() {
    loop.close();
  }
}
