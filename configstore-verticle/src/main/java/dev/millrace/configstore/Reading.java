package dev.millrace.configstore;

import dev.millrace.bus.Extent;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.Arrivals;
import dev.millrace.http.UpToDate;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** How far the ledger has been read, and who waits for more. */
final class Reading implements UpToDate.Source {
  private final LedgerView<Configuration, ConfigEvent> view;
  private final Supplier<CompletionStage<Extent>> extent;
  private final Arrivals arrivals = new Arrivals(1);

  /** Hears of what is read for as long as anything is. */
  Reading(LedgerView<Configuration, ConfigEvent> view, Supplier<CompletionStage<Extent>> extent) {
    this.view = view;
    this.extent = extent;
    var _ = view.subscribe(new Listening());
  }

  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public long next(int partition) {
    return view.position(partition);
  }

  @Override
  public CompletionStage<Long> end(int partition) {
    return extent.get().thenApply(Extent::end);
  }

  private final class Listening implements LedgerView.Listener<Configuration, ConfigEvent> {
    @Override
    public void folding(int partition, long n, Configuration state) {
      arrivals.readUpTo(partition, view.position(partition));
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
}
