package dev.millrace.pipeline;

import org.jspecify.annotations.Nullable;

/** A program could not be evaluated now, through no fault of its own. Trying again may help. */
public final class EvaluatorUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EvaluatorUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
