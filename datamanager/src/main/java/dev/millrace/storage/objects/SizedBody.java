package dev.millrace.storage.objects;

import java.io.IOException;
import java.io.InputStream;

/**
 * A body that fails where it is shorter or longer than was said, so that a store never takes a part
 * of it for all. Closing it leaves the body open.
 */
final class SizedBody extends BulkInputStream {
  private final String path;
  private final long size;
  private long read;

  SizedBody(String path, InputStream body, long size) {
    super(body);
    if (size < ObjectStore.UNKNOWN) {
      throw new IllegalArgumentException("no size of a body: " + size);
    }
    this.path = path;
    this.size = size;
  }

  /** Bytes so far. */
  long count() {
    return read;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int count = in.read(to, offset, length);
    read += Math.max(0, count);
    boolean wrong = size != ObjectStore.UNKNOWN && (count < 0 ? read < size : read > size);
    if (wrong) {
      throw new ObjectStoreException(
          "the body of %s has %s than the %d bytes that were announced"
              .formatted(path, read < size ? "less, " + read + "," : "more", size),
          null);
    }
    return count;
  }

  @Override
  public void close() {
    // the caller's
  }
}
