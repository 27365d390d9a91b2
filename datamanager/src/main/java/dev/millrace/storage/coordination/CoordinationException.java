package dev.millrace.storage.coordination;

import org.jspecify.annotations.Nullable;

/** The coordination store could not do what was asked. */
public final class CoordinationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CoordinationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
