package dev.millrace.configstore;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.Arrivals;

/** Tells how far the ledger has been read. */
final class Reading implements LedgerView.Listener<Configuration, ConfigEvent> {
  private final LedgerView<Configuration, ConfigEvent> view;
  private final Arrivals arrivals;

  private Reading(LedgerView<Configuration, ConfigEvent> view) {
    this.view = view;
    this.arrivals = new Arrivals(view.partitions());
  }

  /** How far it is read, for as long as it is. */
  static Arrivals of(LedgerView<Configuration, ConfigEvent> view) {
    var reading = new Reading(view);
    var _ = view.subscribe(reading);
    return reading.arrivals;
  }

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
