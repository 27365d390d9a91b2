package dev.millrace.storage.objects;

import java.io.InputStream;
import java.util.Arrays;

/** So many bytes of nothing. */
final class Zeros extends InputStream {
  private long left;

  Zeros(long size) {
    this.left = size;
  }

  @Override
  public int read() {
    return left-- > 0 ? 0 : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (left <= 0) {
      return -1;
    }
    int count = (int) Math.min(length, left);
    Arrays.fill(to, offset, offset + count, (byte) 0);
    left -= count;
    return count;
  }
}
