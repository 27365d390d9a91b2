package dev.millrace.runservice.stored;

/** Takes the steps of a handover when it is told to. */
public final class HandoverByHand {
  private HandoverByHand() {}

  /** Once, for all that is archived now and has been heard here. */
  public static void handOver(Handover handover) {
    handover.handOver();
  }
}
