package dev.millrace.gateway;

import dev.millrace.bus.Extent;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.Arrivals;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import dev.millrace.http.Seen.Ledger;
import dev.millrace.http.UpToDate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration as this process has folded it, and ways to wait for what is coming. */
final class ConfigView implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConfigView.class);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final UpToDate.Limits STRANGERS = new UpToDate.Limits(SETTLE, 64);
  private static final int ALL = 0; // its ledger has one partition

  private final LedgerView<Configuration, ConfigEvent> ledger;
  private final LedgerView.Subscription subscription;
  private final Arrivals arrivals = new Arrivals(1);
  private final UpToDate upToDate;
  private final UpToDate strangers;

  /**
   * What this ledger has come to.
   *
   * @param extent asks how far the ledger goes
   */
  ConfigView(
      LedgerView<Configuration, ConfigEvent> ledger, Supplier<CompletionStage<Extent>> extent) {
    this.ledger = ledger;
    var source = new Source(ledger, extent);
    this.upToDate = new UpToDate(Ledger.CONFIG, arrivals, source, UpToDate.Limits.DEFAULT);
    this.strangers = new UpToDate(Ledger.CONFIG, arrivals, source, STRANGERS);
    this.subscription = ledger.subscribe(new Listening());
  }

  private record Source(LedgerView<?, ?> ledger, Supplier<CompletionStage<Extent>> extent)
      implements UpToDate.Source {
    @Override
    public long next(int partition) {
      return ledger.position(partition);
    }

    @Override
    public CompletionStage<Long> end(int partition) {
      return extent.get().thenApply(Extent::end);
    }
  }

  private final class Listening implements LedgerView.Listener<Configuration, ConfigEvent> {
    @Override
    public void folding(int partition, long n, Configuration state) {
      arrivals.readUpTo(partition, ledger.position(partition));
    }

    @Override
    public void accepted(
        int partition,
        long offset,
        Decided<ConfigEvent> decision,
        Configuration before,
        Configuration after) {
      passed(partition, offset);
    }

    @Override
    public void passed(int partition, long offset) {
      arrivals.readUpTo(partition, offset + 1);
    }
  }

  Configuration now() {
    return ledger.state(ALL);
  }

  /**
   * Waits until it is as new as what the sender of the request has seen.
   *
   * @throws ProblemException as {@link UpToDate#await}
   */
  void await(Request request) {
    try {
      upToDate.await(request, Set.of(ALL));
    } catch (InterruptedException _) {
      throw stopping();
    }
  }

  /** Part of what the request is answered with comes from here. */
  void tell(Request request) {
    upToDate.tell(request, Set.of(ALL));
  }

  /**
   * Waits a little until it is as new as what another service has answered to the request: that is
   * to hold for the next call too, also of somebody who does not say what they have seen.
   */
  void settle(Request request) {
    try {
      boolean settled =
          arrivals.await(ALL, request.seen().of(Ledger.CONFIG, ALL), SETTLE.toNanos());
      if (!settled) {
        log.warn("the configuration is read later than it is decided, by more than {}", SETTLE);
      }
    } catch (InterruptedException _) {
      throw stopping();
    }
  }

  /**
   * Waits until all is here that there was when this was called: for those who are not known here,
   * who may have become so elsewhere, and cannot say what they have seen.
   *
   * @throws ProblemException as {@link UpToDate#awaitEnd}
   */
  void catchUp() {
    try {
      strangers.awaitEnd(ALL);
    } catch (InterruptedException _) {
      throw stopping();
    }
  }

  /** How many wait at the moment. */
  int waiting() {
    return arrivals.waiting();
  }

  private static ProblemException stopping() {
    Thread.currentThread().interrupt();
    return ProblemException.tryLater("the server is stopping");
  }

  @Override
  public void close() {
    subscription.close();
  }
}
