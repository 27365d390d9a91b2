package dev.millrace.storage.entries;

/** A file is not what its writer wrote; nothing of what was read of it is used. */
public final class CorruptFileException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String path;
  private final long offset;

  /**
   * A damage.
   *
   * @param offset where in the file it was noticed, in bytes
   */
  public CorruptFileException(String path, long offset, String what) {
    super("%s is damaged at offset %d: %s".formatted(path, offset, what));
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
