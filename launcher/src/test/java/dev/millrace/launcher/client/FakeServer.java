package dev.millrace.launcher.client;

import dev.millrace.http.Handler;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import dev.millrace.http.Server;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as the gateway does, with what a test says, and remembers what it was asked. */
final class FakeServer implements AutoCloseable {
  static final String TOKEN = "mrt_good";
  private final Vertx vertx = Vertx.vertx();
  private final HttpApi api = new HttpApi("fake");
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private @org.jspecify.annotations.Nullable Server server;

  FakeServer() {
    api.guard(
        request -> {
          if (!request.header("Authorization").orElse("").equals("Bearer " + TOKEN)) {
            throw ProblemException.unauthorized("this token is not known");
          }
          return "ann";
        });
  }

  FakeServer on(String method, String path, Handler handler) {
    api.on(
        method,
        "/api/v1" + path,
        request -> {
          asked.add(describe(request));
          return handler.handle(request);
        });
    return this;
  }

  private static String describe(Request request) {
    String body = new String(request.body(), StandardCharsets.UTF_8);
    return (request.method() + " " + request.path() + " " + body).strip();
  }

  URI start() {
    server = api.listen(vertx, "127.0.0.1", 0);
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** Method, path and body of every request so far. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
