package dev.millrace.http;

import org.jspecify.annotations.Nullable;

/** A call got no answer: nobody listens there, or the connection broke. */
public final class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public UnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
