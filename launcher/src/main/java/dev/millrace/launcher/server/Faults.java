package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A partition that had to stop is reported; what no record caused ends the process. */
final class Faults implements FaultHandler {
  /** Exit status of a process that could not go on; EX_SOFTWARE of sysexits.h. */
  static final int BROKEN = 70;

  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  @Override
  public void stopped(String ledger, int partition, String why) {
    log.error("{}-{} is stopped until a person has looked: {}", ledger, partition, why);
  }

  @Override
  public void broken(String where, Throwable cause) {
    try {
      log.error("{} is broken: this process ends", where, cause);
    } finally {
      // No orderly stop: what is in memory cannot be trusted, and what counts is on the ledgers.
      Runtime.getRuntime().halt(BROKEN);
    }
  }
}
