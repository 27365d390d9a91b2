package dev.millrace.storage.manifests;

import dev.millrace.storage.StorageException;

/** The object storage lacks what is known to have been written to it. */
public final class ManifestLostException extends StorageException {
  private static final long serialVersionUID = 1;

  ManifestLostException(String message) {
    super(message, null);
  }
}
