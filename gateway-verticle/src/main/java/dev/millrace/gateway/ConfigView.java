package dev.millrace.gateway;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import java.time.Duration;
import java.util.function.Predicate;

/** The configuration as this process has folded it, and a way to wait for what is coming. */
final class ConfigView implements AutoCloseable {

  private final LedgerView<Configuration, ConfigEvent> ledger;
  private final LedgerView.Subscription subscription;
  private final Object news = new Object();

  ConfigView(LedgerView<Configuration, ConfigEvent> ledger) {
    this.ledger = ledger;
    this.subscription =
        ledger.subscribe(
            new LedgerView.Listener<>() {
              @Override
              public void folding(int partition, long n, Configuration state) {
                tell();
              }

              @Override
              public void accepted(
                  int partition,
                  long offset,
                  Decided<ConfigEvent> decision,
                  Configuration before,
                  Configuration after) {
                tell();
              }
            });
  }

  private void tell() {
    synchronized (news) {
      news.notifyAll();
    }
  }

  Configuration now() {
    return ledger.state(0);
  }

  /**
   * Waits until the configuration is as told; tells whether it became so. What somebody has just
   * been answered is to hold for the next call too, though another service answered.
   */
  boolean await(Predicate<Configuration> state, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (news) {
      while (!state.test(now())) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        news.wait(left);
      }
      return true;
    }
  }

  @Override
  public void close() {
    subscription.close();
  }
}
