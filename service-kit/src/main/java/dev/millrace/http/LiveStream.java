package dev.millrace.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stream whose other side says something every few seconds for as long as it is there. If nothing
 * comes for longer than that, it is closed, and its reader hears that it broke: of a machine that
 * is cut off no other news ever comes. Read by one thread; closed by any.
 */
final class LiveStream extends FilterInputStream {
  private final long limit;
  // While nobody reads, nothing that has come is heard: that is not silence.
  private volatile boolean reading;
  private volatile long since;
  private volatile boolean closed;

  /**
   * Around a stream that may be closed while it is read.
   *
   * @param limit longer than the other side is ever silent
   */
  LiveStream(InputStream from, Duration limit) {
    super(from);
    this.limit = limit.toNanos();
    lookIn(this.limit);
  }

  private void lookIn(long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    long left = reading ? since + limit - System.nanoTime() : limit;
    if (left > 0) {
      lookIn(left);
      return;
    }
    try {
      close();
    } catch (IOException _) {
      // whoever reads hears of it
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    since = System.nanoTime();
    reading = true;
    try {
      int count = super.read(bytes, from, length);
      closed |= count < 0;
      return count;
    } finally {
      reading = false;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    super.close();
  }
}
