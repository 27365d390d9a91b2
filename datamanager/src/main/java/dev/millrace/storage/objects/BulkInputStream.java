package dev.millrace.storage.objects;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream around another one whose bytes all pass through one method, {@link #read(byte[], int,
 * int)}: single bytes and what is skipped too.
 */
abstract class BulkInputStream extends FilterInputStream {
  private static final int SKIPPED_AT_ONCE = 64 * 1024;

  BulkInputStream(InputStream in) {
    super(in);
  }

  @Override
  public abstract int read(byte[] to, int offset, int length) throws IOException;

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public long skip(long n) throws IOException {
    return readNBytes((int) Math.min(n, SKIPPED_AT_ONCE)).length;
  }

  @Override
  public final boolean markSupported() {
    return false;
  }
}
