package dev.millrace.bus.ledger;

/** A ledger holds an event that cannot follow on what was before: an error in the record. */
public final class ImpossibleEventException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ImpossibleEventException(String message) {
    super(message);
  }
}
