package dev.millrace.events;

/** A ledger holds an event that cannot follow on what was before: an error in the record. */
public final class ImpossibleEvent extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ImpossibleEvent(String message) {
    super(message);
  }
}
