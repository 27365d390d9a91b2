package dev.millrace.http;

import dev.millrace.http.Call.Answered;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The JDK's client, made when it is needed first: what starts fast, and what reads streams. */
final class JdkClient implements Exchanger {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private @Nullable ExecutorService threads;
  private @Nullable HttpClient client;
  private boolean closed;

  synchronized HttpClient client() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    HttpClient made = client;
    if (made == null) {
      threads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-call-", 0).factory());
      made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .proxy(HttpClient.Builder.NO_PROXY)
              .executor(threads)
              .build();
      client = made;
    }
    return made;
  }

  @Override
  public Answered exchange(
      String method, URI uri, Map<String, String> headers, byte[] body, Duration patience)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).timeout(patience).method(method, publisher(body));
    headers.forEach(request::setHeader);
    var response = client().send(request.build(), BodyHandlers.ofByteArray());
    return new Answered(
        response.statusCode(),
        Answered.headers(
            response.headers().map().entrySet().stream()
                .map(header -> Map.entry(header.getKey(), header.getValue().getFirst()))
                .toList()),
        response.body());
  }

  static HttpRequest.BodyPublisher publisher(byte[] body) {
    return body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdownNow();
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
