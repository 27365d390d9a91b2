package dev.millrace.storage.index;

import dev.millrace.storage.StorageException;

/** What was kept of a run for its index was not written by a version that is known here. */
public final class UnreadableRowException extends StorageException {
  private static final long serialVersionUID = 1;

  UnreadableRowException(String why) {
    super("a row of the index of runs cannot be read: " + why, null);
  }
}
