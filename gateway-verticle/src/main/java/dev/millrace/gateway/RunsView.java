package dev.millrace.gateway;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.util.function.Predicate;

/** The runs as this process has folded them, and a way to wait for what is coming. */
final class RunsView implements AutoCloseable {

  private final LedgerView<Runs, RunEvent> ledger;
  private final LedgerView.Subscription subscription;
  private final Object news = new Object();
  private int waiting;

  RunsView(LedgerView<Runs, RunEvent> ledger) {
    this.ledger = ledger;
    this.subscription =
        ledger.subscribe(
            new LedgerView.Listener<>() {
              @Override
              public void folding(int partition, long n, Runs state) {
                tell();
              }

              @Override
              public void accepted(
                  int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
                tell();
              }
            });
  }

  private void tell() {
    synchronized (news) {
      if (waiting > 0) {
        news.notifyAll();
      }
    }
  }

  LedgerView<Runs, RunEvent> ledger() {
    return ledger;
  }

  Runs of(RootGroup root) {
    return ledger.state(Partitions.of(root.toString(), ledger.partitions()));
  }

  /** Waits until the runs beside those of this root group are as told; tells whether they are. */
  boolean await(RootGroup root, Predicate<Runs> state, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (news) {
      waiting++;
      try {
        while (!state.test(of(root))) {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return false;
          }
          news.wait(left);
        }
        return true;
      } finally {
        waiting--;
      }
    }
  }

  @Override
  public void close() {
    subscription.close();
  }
}
