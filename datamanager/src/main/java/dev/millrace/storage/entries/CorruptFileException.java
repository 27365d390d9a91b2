package dev.millrace.storage.entries;

import dev.millrace.storage.StorageException;

/** A file is not what its writer wrote; nothing of what was read of it is used. */
public final class CorruptFileException extends StorageException {
  private static final long serialVersionUID = 1;
  private final String path;
  private final long offset;

  /**
   * A damage.
   *
   * @param offset where in the file it was noticed, in bytes
   */
  public CorruptFileException(String path, long offset, String what) {
    super("%s is damaged at offset %d: %s".formatted(path, offset, what), null);
    this.path = path;
    this.offset = offset;
  }

  /** Of the object. */
  public String path() {
    return path;
  }

  /** Where the damage was noticed, in bytes. */
  public long offset() {
    return offset;
  }
}
