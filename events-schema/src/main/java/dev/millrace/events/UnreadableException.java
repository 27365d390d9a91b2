package dev.millrace.events;

import org.jspecify.annotations.Nullable;

/** Bytes that are not a message of the expected form. The message says what is wrong with them. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
