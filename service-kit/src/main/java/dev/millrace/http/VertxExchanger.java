package dev.millrace.http;

import dev.millrace.http.Call.Answered;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges on the event loops of a server. The JDK's client hands a request from thread to thread
 * several times, which at hundreds of requests a second is a good part of what a run costs.
 */
final class VertxExchanger implements Exchanger {

  private static final int CONNECTIONS = 256;
  private static final int CONNECT_MILLIS = 5_000;
  // Below what our servers allow, so that none closes a connection that is about to be used.
  private static final int KEPT_SECONDS = 60;

  // One for all: a request and its connection share it, so nothing of an exchange changes threads.
  private final Context context;
  private final HttpClientAgent client;

  VertxExchanger(Vertx vertx) {
    this(vertx, CONNECTIONS);
  }

  /** With so many connections to each server. */
  VertxExchanger(Vertx vertx, int connections) {
    this.context = vertx.getOrCreateContext();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAliveTimeout(KEPT_SECONDS)
                .setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(connections));
  }

  @Override
  public Answered exchange(
      String method, URI uri, Map<String, String> headers, byte[] body, Duration patience)
      throws IOException, InterruptedException {
    var request =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setSsl("https".equals(uri.getScheme()))
            .setURI(target(uri));
    headers.forEach(request::putHeader);
    var begun = new CompletableFuture<HttpClientRequest>();
    var answer = new CompletableFuture<Answered>();
    context.runOnContext(
        _ ->
            client
                .request(request)
                .onSuccess(begun::complete)
                .compose(
                    ready -> answer.isDone() ? givenUp(ready) : ready.send(Buffer.buffer(body)))
                .compose(VertxExchanger::whole)
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(why(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      abandon(begun, answer);
      throw new IOException("no answer within " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      abandon(begun, answer);
      throw e;
    }
  }

  /**
   * Closes the connection, now or when it is there: it would have its place in the pool for as long
   * as the other side is silent, and what nobody waits for any more is not to be sent.
   */
  private void abandon(
      CompletableFuture<HttpClientRequest> begun, CompletableFuture<Answered> answer) {
    var _ = answer.cancel(false);
    var _ = begun.thenAccept(request -> context.runOnContext(_ -> request.reset()));
  }

  private static Future<HttpClientResponse> givenUp(HttpClientRequest request) {
    return request.reset().compose(_ -> Future.failedFuture("given up before it was sent"));
  }

  private static Future<Answered> whole(HttpClientResponse response) {
    var headers = Answered.headers(response.headers());
    return response
        .body()
        .map(body -> new Answered(response.statusCode(), headers, body.getBytes()));
  }

  private static String target(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static String why(@Nullable Throwable cause) {
    if (cause == null) {
      return "no answer";
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  @Override
  public void close() {
    var _ = client.close();
  }
}
