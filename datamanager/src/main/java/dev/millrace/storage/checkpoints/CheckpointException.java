package dev.millrace.storage.checkpoints;

import dev.millrace.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be read, or what lists them cannot. */
public final class CheckpointException extends StorageException {
  private static final long serialVersionUID = 1;

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
