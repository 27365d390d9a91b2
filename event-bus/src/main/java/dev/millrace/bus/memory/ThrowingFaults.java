package dev.millrace.bus.memory;

import dev.millrace.bus.ledger.FaultHandler;

/** For where no fault is expected: each is thrown at the part that tells it, which ends there. */
public final class ThrowingFaults implements FaultHandler {
  @Override
  public void stopped(String ledger, int partition, String why) {
    throw new AssertionError("%s-%d is stopped: %s".formatted(ledger, partition, why));
  }

  @Override
  public void broken(String where, Throwable cause) {
    throw new AssertionError(where, cause);
  }
}
