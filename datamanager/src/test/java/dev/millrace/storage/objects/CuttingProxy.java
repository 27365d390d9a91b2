package dev.millrace.storage.objects;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Hands connections on to a server, and cuts each off after so many bytes of its answers. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final URI server;
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile long limit = Long.MAX_VALUE;

  CuttingProxy(URI server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on every connection brings this many bytes at most. */
  void cutAfter(long bytes) {
    limit = bytes;
  }

  /** How many connections were cut off. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void connect(Socket client) {
    try (client;
        var behind = new Socket(server.getHost(), server.getPort())) {
      Thread.ofVirtual().start(() -> pump(client, behind, () -> Long.MAX_VALUE));
      if (pump(behind, client, () -> limit)) {
        cuts.incrementAndGet();
      }
    } catch (IOException _) {
      // whoever is left sees that it is cut off
    }
  }

  /** Copies until there is no more, or the limit is reached, which it tells. */
  private static boolean pump(Socket from, Socket to, LongSupplier limit) {
    byte[] buffer = new byte[8 * 1024];
    long copied = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        long most = limit.getAsLong();
        out.write(buffer, 0, Math.clamp(most - copied, 0, n));
        copied += n;
        if (copied >= most) {
          return true;
        }
      }
    } catch (IOException _) {
      // the other side is gone
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
