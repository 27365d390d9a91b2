package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lies in front of an HTTP server and does to its requests what it is told to. */
final class FaultyProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final URI server;
  private final Map<Way, Integer> counts = new EnumMap<>(Way.class);
  private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
  private int written;
  private volatile Way way = Way.THROUGH;

  /** What becomes of requests. */
  enum Way {
    /** They reach the server. */
    THROUGH,
    /** They take a while longer. */
    SLOWLY,
    /** They are answered with 500. */
    ERROR,
    /** They are answered with 503. */
    BUSY,
    /** Those that write are answered with 507: there is no room. */
    FULL,
    /** Nobody answers. */
    AWAY
  }

  /** What happens when something is written: before that, or after it before it is answered. */
  private record Trap(String where, boolean written, Runnable then) {}

  /** The head of a request: each comes on a connection of its own. */
  private record Head(String text) {
    boolean writes() {
      return text.startsWith("PUT ");
    }

    String path() {
      return text.split(" ", 3)[1];
    }

    /** So that the server ends the connection with the answer. */
    byte[] asLast() {
      List<String> lines =
          Arrays.stream(text.split("\r\n"))
              .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith("connection:"))
              .toList();
      return Stream.concat(lines.stream(), Stream.of("Connection: close", "", ""))
          .reduce((a, b) -> a + "\r\n" + b)
          .orElseThrow()
          .getBytes(ISO_8859_1);
    }
  }

  FaultyProxy(URI server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on requests go this way. */
  void go(Way now) {
    way = now;
  }

  /**
   * Once, when an object whose path contains this is written: the writer hears nothing.
   *
   * @param after it is written; else it is not
   */
  void once(String where, boolean after, Runnable then) {
    trap.set(new Trap(where, after, then));
  }

  /** How many requests went this way. */
  synchronized int count(Way of) {
    return counts.getOrDefault(of, 0);
  }

  /** How many objects were written. */
  synchronized int written() {
    return written;
  }

  private synchronized Way take() {
    counts.merge(way, 1, Integer::sum);
    return way;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Head head = head(client.getInputStream());
      if (head == null) {
        return;
      }
      switch (take()) {
        case THROUGH -> relay(head, client);
        case SLOWLY -> {
          TimeUnit.MILLISECONDS.sleep(400); // that is the fault
          relay(head, client);
        }
        case ERROR -> answer(client, "500 Internal Server Error");
        case BUSY -> answer(client, "503 Service Unavailable");
        case FULL -> {
          if (head.writes()) {
            answer(client, "507 Insufficient Storage");
          } else {
            relay(head, client);
          }
        }
        case AWAY -> {}
      }
    } catch (IOException _) {
      // whoever is left sees that it is cut off
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Head head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    int matched = 0;
    byte[] end = {'\r', '\n', '\r', '\n'};
    while (matched < end.length) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      bytes.write(next);
      matched = next == end[matched] ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return new Head(bytes.toString(ISO_8859_1).strip());
  }

  private static void answer(Socket client, String status) throws IOException {
    String text = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private void relay(Head head, Socket client) throws IOException {
    Trap caught = caught(head);
    if (caught != null && !caught.written()) {
      caught.then().run();
      return;
    }
    try (var behind = new Socket(server.getHost(), server.getPort())) {
      behind.getOutputStream().write(head.asLast());
      Thread.ofVirtual().start(() -> pump(client, behind));
      byte[] answer = behind.getInputStream().readAllBytes();
      if (caught != null) {
        caught.then().run();
        return;
      }
      client.getOutputStream().write(answer);
      countWritten(head, answer);
    }
  }

  private @Nullable Trap caught(Head head) {
    Trap set = trap.get();
    boolean caught =
        set != null
            && head.writes()
            && head.path().contains(set.where())
            && trap.compareAndSet(set, null);
    return caught ? set : null;
  }

  private synchronized void countWritten(Head head, byte[] answer) {
    String line = new String(answer, 0, Math.min(12, answer.length), ISO_8859_1);
    written += head.writes() && line.equals("HTTP/1.1 200") ? 1 : 0;
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // the answer was quicker
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
