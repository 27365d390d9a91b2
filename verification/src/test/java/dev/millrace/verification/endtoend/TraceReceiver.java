package dev.millrace.verification.endtoend;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes spans by OTLP over HTTP, as a collector does, and keeps the last of them. */
final class TraceReceiver implements AutoCloseable {
  private static final int MOST = 50_000;

  private final List<Received> spans = new ArrayList<>();
  private @Nullable HttpServer server;
  private final int port;

  /**
   * A span as it came.
   *
   * @param instance the process that sent it
   * @param parent empty if it has none
   * @param failed whether its status is an error
   * @param attributes numbers and truth values as texts
   */
  record Received(
      String instance,
      String trace,
      String id,
      String parent,
      String name,
      boolean failed,
      Map<String, String> attributes) {}

  TraceReceiver() throws IOException {
    port = open(0);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private int open(int wanted) throws IOException {
    var fresh =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
    fresh.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    fresh.createContext("/v1/traces", this::take);
    fresh.start();
    server = fresh;
    return fresh.getAddress().getPort();
  }

  /** Nobody listens from now on. */
  void die() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  /** Listens again, where it did. */
  void revive() throws IOException {
    int _ = open(port);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      keep(read(exchange.getRequestBody().readAllBytes()));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private synchronized void keep(List<Received> more) {
    spans.addAll(more);
    if (spans.size() > MOST) {
      spans.subList(0, spans.size() - MOST).clear();
    }
    notifyAll();
  }

  /** The spans of the trace, once they are as wanted. */
  synchronized List<Received> await(
      String trace, Predicate<List<Received>> wanted, Duration patience)
      throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      List<Received> found = spans.stream().filter(span -> span.trace().equals(trace)).toList();
      if (wanted.test(found)) {
        return found;
      }
      long millis = (until - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new AssertionError("of the trace %s there is only %s".formatted(trace, found));
      }
      wait(millis);
    }
  }

  // The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
  private static List<Received> read(byte[] request) {
    List<Received> all = new ArrayList<>();
    for (UnknownFieldSet ofResource : messages(parsed(ByteString.copyFrom(request)), 1)) {
      String instance =
          messages(ofResource, 1).stream()
              .map(resource -> attributes(resource, 1).getOrDefault("service.instance.id", ""))
              .findFirst()
              .orElse("");
      for (UnknownFieldSet ofScope : messages(ofResource, 2)) {
        messages(ofScope, 2).forEach(span -> all.add(span(instance, span)));
      }
    }
    return all;
  }

  private static Received span(String instance, UnknownFieldSet span) {
    boolean failed =
        messages(span, 15).stream()
            .anyMatch(status -> status.getField(3).getVarintList().contains(2L));
    return new Received(
        instance,
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        failed,
        attributes(span, 9));
  }

  private static Map<String, String> attributes(UnknownFieldSet of, int field) {
    Map<String, String> all = new TreeMap<>();
    for (UnknownFieldSet entry : messages(of, field)) {
      messages(entry, 2).forEach(value -> all.put(text(entry, 1), value(value)));
    }
    return all;
  }

  private static String value(UnknownFieldSet value) {
    if (value.hasField(1)) {
      return text(value, 1);
    }
    int kind = value.hasField(2) ? 2 : 3;
    return value.getField(kind).getVarintList().getFirst().toString();
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream().map(TraceReceiver::parsed).toList();
  }

  private static UnknownFieldSet parsed(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(UnknownFieldSet of, int field) {
    return bytes(of, field).toStringUtf8();
  }

  private static String hex(UnknownFieldSet of, int field) {
    return HexFormat.of().formatHex(bytes(of, field).toByteArray());
  }

  private static ByteString bytes(UnknownFieldSet of, int field) {
    var all = of.getField(field).getLengthDelimitedList();
    return all.isEmpty() ? ByteString.EMPTY : all.getLast();
  }

  @Override
  public void close() {
    die();
  }
}
