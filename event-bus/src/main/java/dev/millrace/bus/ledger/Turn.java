package dev.millrace.bus.ledger;

/**
 * Whose turn it is to try a command that may end this process: one partition's. Of several that
 * were tried at once all would look guilty, and those that are not would be rejected with the one
 * that is. On one thread.
 */
final class Turn {
  private static final int NOBODY = -1;
  private int partition = NOBODY;

  /** Whether it is this partition's turn, until it gives it back; it is if nobody has it. */
  boolean take(int of) {
    if (partition == NOBODY) {
      partition = of;
    }
    return partition == of;
  }

  /** It is this partition's turn no more. */
  void giveBack(int of) {
    if (partition == of) {
      partition = NOBODY;
    }
  }
}
