package dev.millrace.gateway;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.Runs;

/** Tells the trigger consumer what was decided about deliveries. On the thread that folds. */
record SettledListener(TriggerConsumer consumer) implements LedgerView.Listener<Runs, RunEvent> {

  @Override
  public void folding(int partition, long n, Runs state) {
    consumer.post(consumer::settledAll);
  }

  @Override
  public void accepted(
      int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
    for (RunEvent event : decision.events()) {
      if (event instanceof DeliverySettled settled) {
        consumer.post(() -> consumer.settled(settled));
      }
    }
    if (decision.outcome() instanceof Rejected rejected
        && decision.cause() instanceof Cause.OfCommand command) {
      CommandId id = command.id();
      if (id != null && TriggerConsumer.ours(id, rejected)) {
        consumer.post(() -> consumer.rejected(id, rejected));
      }
    }
  }
}
