package dev.millrace.http;

import dev.millrace.http.Reply.ClientGoneException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/** The body of a response, from a virtual thread to the event loop, no faster than it is read. */
final class ResponseSink extends Reply.Sink {

  private static final int MAX_UNSENT = 256 * 1024;
  private static final int PIECE = 64 * 1024;

  private final HttpServerResponse response;
  private final Context context;
  private final Reply.Stream reply;
  private final List<Runnable> whenGone = new ArrayList<>();
  private int unsent;
  private boolean gone;
  private boolean begun;

  ResponseSink(HttpServerResponse response, Context context, Reply.Stream reply) {
    this.response = response;
    this.context = context;
    this.reply = reply;
    context.runOnContext(
        _ -> {
          response.closeHandler(_ -> leave());
          response.exceptionHandler(_ -> leave());
          if (response.closed()) {
            leave();
          }
        });
  }

  synchronized boolean begun() {
    return begun;
  }

  @Override
  public synchronized boolean gone() {
    return gone;
  }

  @Override
  public void whenGone(Runnable action) {
    synchronized (this) {
      if (!gone) {
        whenGone.add(action);
        return;
      }
    }
    action.run();
  }

  private void leave() {
    List<Runnable> actions;
    synchronized (this) {
      if (gone) {
        return;
      }
      gone = true;
      notifyAll();
      actions = List.copyOf(whenGone);
      whenGone.clear();
    }
    actions.forEach(Runnable::run);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b});
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    for (int done = 0; done < length; done += PIECE) {
      int piece = Math.min(PIECE, length - done);
      send(Buffer.buffer(piece).appendBytes(bytes, from + done, piece), piece);
    }
  }

  private synchronized void send(Buffer buffer, int size) throws IOException {
    begin();
    while (!gone && unsent > MAX_UNSENT) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw gone ? new ClientGoneException() : new InterruptedIOException("stopped");
      }
    }
    if (gone) {
      throw new ClientGoneException();
    }
    unsent += size;
    context.runOnContext(
        _ -> {
          if (response.closed()) {
            leave();
          } else {
            response.write(buffer).onComplete(_ -> sent(size));
          }
        });
  }

  private synchronized void sent(int size) {
    unsent -= size;
    notifyAll();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      context.runOnContext(
          _ -> {
            response.setStatusCode(reply.status()).setChunked(true);
            response.putHeader("Content-Type", reply.contentType());
            reply.headers().forEach(response::putHeader);
          });
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    if (gone) {
      throw new ClientGoneException();
    }
    if (!begun) {
      begin();
      context.runOnContext(_ -> response.writeHead());
    }
  }

  /** Ends the response. */
  synchronized void end() {
    begin();
    context.runOnContext(
        _ -> {
          if (!response.closed() && !response.ended()) {
            response.end();
          }
        });
  }
}
