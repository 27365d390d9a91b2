package dev.millrace.storage;

import org.jspecify.annotations.Nullable;

/** A store could not do what was asked, or what it holds is not as it should be. */
public abstract class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  protected StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
