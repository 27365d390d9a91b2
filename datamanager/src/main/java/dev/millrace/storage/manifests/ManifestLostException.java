package dev.millrace.storage.manifests;

/** The object storage lacks what is known to have been written to it. */
public final class ManifestLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ManifestLostException(String message) {
    super(message);
  }
}
