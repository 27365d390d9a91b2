package dev.millrace.storage.objects;

import java.io.IOException;
import java.io.InputStream;

/** The next so many bytes of a stream. */
final class Piece extends BulkInputStream {
  private long left;

  Piece(InputStream in, long length) {
    super(in);
    this.left = length;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(to, offset, (int) Math.min(length, left));
    left -= Math.max(0, count);
    return count;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = in.skip(Math.min(n, left));
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(in.available(), left);
  }
}
