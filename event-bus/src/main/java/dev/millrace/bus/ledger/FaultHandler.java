package dev.millrace.bus.ledger;

/** Hears what must not pass unseen. Any thread; does not block. */
public interface FaultHandler {
  /**
   * A partition of a ledger is followed and written no further here, for its history is not what it
   * was. The other partitions go on. A person has to look.
   */
  void stopped(String ledger, int partition, String why);

  /** Something is broken that no record caused (memory, disk, our code): the process should end. */
  void broken(String where, Throwable cause);
}
