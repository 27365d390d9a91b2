package dev.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An {@link HttpApi} that takes connections. */
public final class Server implements Endpoint.Listening {

  private static final int IDLE_SECONDS = 300;

  private final HttpServer http;
  private final ExecutorService handlers;

  private Server(HttpServer http, ExecutorService handlers) {
    this.http = http;
    this.handlers = handlers;
  }

  static Future<Server> start(HttpApi api, Vertx vertx, String host, int port) {
    var handlers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-" + api.name() + "-", 0).factory());
    var options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setHandle100ContinueAutomatically(true)
            .setTcpNoDelay(true)
            .setMaxInitialLineLength(64 * 1024)
            .setMaxHeaderSize(32 * 1024)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    var exchanges = new Exchanges(api, handlers, System::nanoTime);
    return vertx
        .createHttpServer(options)
        .requestHandler(exchanges::begin)
        .invalidRequestHandler(exchanges::invalid)
        .listen()
        .map(http -> new Server(http, handlers))
        .onFailure(_ -> handlers.close());
  }

  /** The port that it listens on. */
  @Override
  public int port() {
    return http.actualPort();
  }

  /** Takes no more connections, closes those that there are and interrupts the handlers. */
  @Override
  public void close() {
    handlers.shutdownNow();
    await(http.close(), "close the server");
  }

  static <T> T await(Future<T> future, String what) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted: " + what, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? new UncheckedIOException("cannot " + what + ": " + io.getMessage(), io)
          : new CompletionException("cannot " + what, e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new CompletionException("cannot " + what + " within 30 s", e);
    }
  }
}
