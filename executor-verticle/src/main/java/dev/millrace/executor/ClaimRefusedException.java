package dev.millrace.executor;

/** The attempt is not to be had. */
public final class ClaimRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ClaimRefusedException(String message) {
    super(message);
  }
}
