package dev.millrace.configstore.core;

import dev.millrace.bus.ledger.Effects;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import java.util.List;

/** Nobody has to be told of configuration: whoever needs it follows the ledger. */
public final class NoEffects implements Effects<Configuration, ConfigEvent> {
  @Override
  public List<Effect> of(
      int partition, Decided<ConfigEvent> decision, Configuration before, Configuration after) {
    return List.of();
  }

  @Override
  public List<Effect> outstanding(int partition, long n, Configuration state) {
    return List.of();
  }
}
