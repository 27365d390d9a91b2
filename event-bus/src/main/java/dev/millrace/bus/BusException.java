package dev.millrace.bus;

import org.jspecify.annotations.Nullable;

/** The bus could not do what was asked, for a reason that may pass. */
public class BusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BusException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
