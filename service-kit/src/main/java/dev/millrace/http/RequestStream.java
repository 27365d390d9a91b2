package dev.millrace.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.LinkedBlockingQueue;

/** The body of a request, from the event loop to a virtual thread, no faster than it is read. */
final class RequestStream extends InputStream {

  private static final int AHEAD = 8;
  private static final byte[] END = new byte[0];
  private static final byte[] BROKEN = new byte[0];

  private final HttpServerRequest request;
  private final Context context;
  private final LinkedBlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();
  private byte[] current = new byte[0];
  private int at;
  private boolean ended;

  /** On the event loop, before the first byte of the body. */
  RequestStream(HttpServerRequest request, Context context) {
    this.request = request;
    this.context = context;
    request.pause();
    request.handler(
        chunk -> {
          if (chunk.length() > 0) {
            chunks.add(chunk.getBytes());
          } else {
            request.fetch(1);
          }
        });
    request.endHandler(_ -> chunks.add(END));
    request.exceptionHandler(_ -> chunks.add(BROKEN));
    request.fetch(AHEAD);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == current.length && !next()) {
      return -1;
    }
    int count = Math.min(length, current.length - at);
    System.arraycopy(current, at, target, from, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return current.length - at;
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    byte[] chunk;
    try {
      chunk = chunks.take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while reading a request");
    }
    if (chunk == BROKEN) {
      chunks.add(BROKEN);
      throw new EOFException("the client is gone before the end of its request");
    }
    if (chunk == END) {
      ended = true;
      return false;
    }
    current = chunk;
    at = 0;
    context.runOnContext(_ -> request.fetch(1));
    return true;
  }
}
