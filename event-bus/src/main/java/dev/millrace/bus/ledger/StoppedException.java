package dev.millrace.bus.ledger;

/** A partition is not what it was: it is not read any further until a person has looked. */
public final class StoppedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  StoppedException(String message) {
    super(message);
  }
}
