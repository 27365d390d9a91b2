package dev.millrace.storage.archive;

import dev.millrace.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The archive is not as it should be; the message names what. */
public final class ArchiveException extends StorageException {
  private static final long serialVersionUID = 1;

  ArchiveException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
