package dev.millrace.storage.coordination;

import dev.millrace.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The coordination store could not do what was asked. */
public final class CoordinationException extends StorageException {
  private static final long serialVersionUID = 1;

  public CoordinationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
