package dev.millrace.runservice;

import dev.millrace.http.Reply;
import dev.millrace.http.Reply.ClientGoneException;
import dev.millrace.http.Reply.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CountDownLatch;

/** The body of a reply as its client reads it; closing it is the client going away. */
final class Pipe implements AutoCloseable {
  private final PipedInputStream in = new PipedInputStream(1 << 16);
  private final CountDownLatch head = new CountDownLatch(1);
  private final Thread writer;

  Pipe(Reply.Stream reply) throws IOException {
    var out = new PipedOutputStream(in);
    writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (out) {
                    reply.writer().write(new PipeSink(out));
                  } catch (Exception e) {
                    // the client has gone, or will see that the stream ends
                  }
                });
  }

  InputStream in() {
    return in;
  }

  /** Waits until the response has begun. */
  void awaitHead() throws InterruptedException {
    head.await();
  }

  @Override
  public void close() throws IOException {
    in.close();
    writer.interrupt();
  }

  private final class PipeSink extends Sink {
    private final PipedOutputStream out;

    PipeSink(PipedOutputStream out) {
      this.out = out;
    }

    @Override
    public boolean gone() {
      return false;
    }

    @Override
    public void whenGone(Runnable action) {
      // the pipe interrupts the writer itself
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        throw new ClientGoneException();
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
      head.countDown();
    }
  }
}
