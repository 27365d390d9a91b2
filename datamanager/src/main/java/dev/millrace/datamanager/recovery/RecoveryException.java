package dev.millrace.datamanager.recovery;

import dev.millrace.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** What is kept cannot be gone on with; the message is for the person who asked for it. */
public final class RecoveryException extends StorageException {
  private static final long serialVersionUID = 1;

  /**
   * One of them.
   *
   * @param message a sentence
   */
  public RecoveryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
