package dev.millrace.storage.archive;

import dev.millrace.storage.StorageException;
import dev.millrace.storage.entries.EntryFileInfo;
import org.jspecify.annotations.Nullable;

/** A file of the archive is gone, and with it what was in it; the rest can be read. */
public final class LostFileException extends StorageException {
  private static final long serialVersionUID = 1;
  private final String path;

  LostFileException(EntryFileInfo file, @Nullable Throwable cause) {
    super(
        "%s is missing, with %d entries from %s to %s"
            .formatted(file.path(), file.entries(), file.first(), file.last()),
        cause);
    this.path = file.path();
  }

  /** Of the object. */
  public String path() {
    return path;
  }
}
