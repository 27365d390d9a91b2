package dev.millrace.runservice;

import dev.millrace.bus.ledger.FaultHandler;

/** No test here expects a fault. */
final class LoudFaults implements FaultHandler {
  @Override
  public void stopped(String ledger, int partition, String why) {
    throw new AssertionError(why);
  }

  @Override
  public void broken(String where, Throwable cause) {
    throw new AssertionError(where, cause);
  }
}
