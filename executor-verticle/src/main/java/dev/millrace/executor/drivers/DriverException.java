package dev.millrace.executor.drivers;

import org.jspecify.annotations.Nullable;

/** A driver cannot do its work; the message is one line for people. */
public final class DriverException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DriverException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
