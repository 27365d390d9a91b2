package dev.millrace.storage.objects;

import dev.millrace.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The object store could not do what was asked; the message says what and why. */
public class ObjectStoreException extends StorageException {
  private static final long serialVersionUID = 1;

  public ObjectStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
