package dev.millrace.forges;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads no more than so many bytes: what is longer is an error. */
final class Bounded extends FilterInputStream {

  private long left;

  Bounded(InputStream in, long most) {
    super(in);
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    count(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int n = super.read(target, from, length);
    count(Math.max(n, 0));
    return n;
  }

  private void count(int n) throws IOException {
    left -= n;
    if (left < 0) {
      throw new IOException("the request is too long");
    }
  }
}
