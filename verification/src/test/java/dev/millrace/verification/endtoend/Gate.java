package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Lies in front of a server of any protocol, and is what may be wrong with one. */
final class Gate implements AutoCloseable {
  // Where the system gives ports to nobody who asks for any: it is opened again and again.
  private static final int FIRST_PORT = 30_100;
  private static final int PORTS = 2_500;

  private final int server;
  private final int port;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listening;
  private volatile Way way = new Away();

  /** What it is. */
  sealed interface Way {}

  /** Nothing listens. */
  record Away() implements Way {}

  /** It takes connections and never says anything. */
  record Silent() implements Way {}

  /** It shows a certificate. */
  record Showing(SSLContext certificate) implements Way {}

  /** It answers every request with this. */
  record Answering(String text) implements Way {}

  /** The server, each of whose words takes so long. */
  record Through(Duration slowly) implements Way {}

  /** One that is away, in front of a server on loopback. */
  Gate(int server, Random random) throws IOException {
    this.server = server;
    this.port = free(random);
  }

  private static int free(Random random) throws IOException {
    for (int tries = 0; ; tries++) {
      int port = FIRST_PORT + random.nextInt(PORTS);
      try (var _ = listen(port)) {
        return port;
      } catch (IOException e) {
        if (tries > 100) {
          throw e;
        }
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
  }

  int port() {
    return port;
  }

  /** Is this from now on; connections that there are end. */
  synchronized void become(Way now) throws IOException {
    way = now;
    if (now instanceof Away && listening != null) {
      listening.close();
      listening = null;
    } else if (!(now instanceof Away) && listening == null) {
      ServerSocket opened = listen(port);
      listening = opened;
      Thread.ofVirtual().start(() -> accept(opened));
    }
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept(ServerSocket from) {
    while (true) {
      try {
        Socket client = from.accept();
        connections.add(client);
        Way as = way;
        Thread.ofVirtual().start(() -> serve(client, as));
        if (way != as) {
          client.close();
        }
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket client, Way as) {
    try (client) {
      switch (as) {
        case Away _ -> throw new IllegalStateException("nothing listens");
        case Silent _ -> client.getInputStream().transferTo(OutputStream.nullOutputStream());
        case Showing(SSLContext certificate) -> show(client, certificate);
        case Answering(String text) -> answer(client, text);
        case Through(Duration slowly) -> relay(client, slowly);
      }
    } catch (IOException _) {
      // whoever is left sees that it is cut off
    } finally {
      connections.remove(client);
    }
  }

  private static void show(Socket client, SSLContext certificate) throws IOException {
    var secured =
        (SSLSocket)
            certificate.getSocketFactory().createSocket(client, null, client.getPort(), true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    secured.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static void answer(Socket client, String text) throws IOException {
    InputStream in = client.getInputStream();
    int newlines = 0;
    while (newlines < 2) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
    }
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private void relay(Socket client, Duration slowly) throws IOException {
    try (var behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
      connections.add(behind);
      Thread.ofVirtual().start(() -> pump(client, behind, Duration.ZERO));
      pump(behind, client, slowly);
      connections.remove(behind);
    }
  }

  private static void pump(Socket from, Socket to, Duration slowly) {
    try (from;
        to) {
      byte[] buffer = new byte[1 << 16];
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        TimeUnit.NANOSECONDS.sleep(slowly.toNanos()); // that is the fault
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (SocketException _) {
      // one of both has ended
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    become(new Away());
  }
}
