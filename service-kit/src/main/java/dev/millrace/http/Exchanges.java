package dev.millrace.http;

import dev.millrace.http.Reply.ClientGoneException;
import dev.millrace.http.Routes.Found;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests on the event loop, has them answered on virtual threads, and sends the answers.
 * Handlers run beside each other: on one context of virtual threads a blocking call would hold up
 * all others.
 */
final class Exchanges {

  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);
  private static final long MAX_DRAIN = 64L << 20;
  private static final byte[] NOTHING = new byte[0];

  private final HttpApi api;
  private final ExecutorService handlers;
  private final LongSupplier nanos;

  Exchanges(HttpApi api, ExecutorService handlers, LongSupplier nanos) {
    this.api = api;
    this.handlers = handlers;
    this.nanos = nanos;
  }

  /** On the event loop. */
  void begin(HttpServerRequest request) {
    String method = request.method().name();
    String path = request.path() == null ? "" : request.path();
    var found = api.find(method, path);
    if (!(found instanceof Found.Match match)) {
      drain(request);
      send(request.response(), api.refuse(found, method, path));
    } else if (match.route().streamed()) {
      var stream = new RequestStream(request, context());
      dispatch(request, match, NOTHING, stream);
    } else {
      collect(request, match);
    }
  }

  void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        switch (cause) {
          case io.netty.handler.codec.http.TooLongHttpLineException _ -> 414;
          case io.netty.handler.codec.http.TooLongHttpHeaderException _ -> 431;
          case null, default -> 400;
        };
    send(
        request.response(),
        Reply.failed(
            Problem.of(
                status,
                status == 400 ? "invalid" : "too-large",
                status == 400
                    ? "this is not an HTTP request"
                    : "the head of the request is too long")));
    request.connection().close();
  }

  private void collect(HttpServerRequest request, Found.Match match) {
    Buffer body = Buffer.buffer();
    long[] length = {0};
    request.handler(
        chunk -> {
          length[0] += chunk.length();
          if (length[0] <= HttpApi.MAX_BODY) {
            body.appendBuffer(chunk);
          } else if (length[0] > MAX_DRAIN) {
            request.connection().close();
          }
        });
    request.endHandler(
        _ -> {
          if (length[0] > HttpApi.MAX_BODY) {
            send(
                request.response(),
                Reply.failed(
                    Problem.of(
                        413,
                        "too-large",
                        "the body is larger than " + HttpApi.MAX_BODY + " bytes")));
          } else {
            dispatch(request, match, length[0] == 0 ? NOTHING : body.getBytes(), null);
          }
        });
  }

  private void dispatch(
      HttpServerRequest request, Found.Match match, byte[] body, @Nullable RequestStream stream) {
    var context = context();
    String path = request.path() == null ? "" : request.path();
    Lane lane = match.route().lane();
    long entered = nanos.getAsLong();
    if (!lane.enter(entered)) {
      match.route().meters().refused();
      drain(request);
      send(request.response(), busy());
      return;
    }
    try {
      var incoming =
          new Incoming(
              request.method().name(),
              path,
              request.query(),
              request.headers()::get,
              body,
              stream,
              match.params(),
              remote(request));
      handlers.execute(
          () -> {
            try {
              Reply reply = api.answer(match, incoming);
              match.route().meters().answered(reply.status(), nanos.getAsLong() - entered);
              finish(request, context, reply, stream);
            } finally {
              lane.leave(entered, nanos.getAsLong());
            }
          });
    } catch (RejectedExecutionException _) {
      lane.leave(entered, nanos.getAsLong());
      send(
          request.response(), Reply.failed(Problem.of(503, "try-later", "the server is stopping")));
    }
  }

  private static String remote(HttpServerRequest request) {
    var address = request.remoteAddress();
    String host = address == null ? null : address.hostAddress();
    return host == null ? "" : host;
  }

  private static Reply busy() {
    return Reply.failed(
        Problem.of(503, "try-later", "too many requests at once, try again in a moment"));
  }

  /** On the handler's thread. */
  private void finish(
      HttpServerRequest request, Context context, Reply reply, @Nullable RequestStream stream) {
    var response = request.response();
    if (reply instanceof Reply.Stream body) {
      write(request, context, body);
    } else {
      byte[] encoded = reply instanceof Reply.Json json ? HttpJson.write(json.body()) : NOTHING;
      context.runOnContext(_ -> send(response, reply, encoded));
    }
    if (stream != null) {
      context.runOnContext(_ -> drain(request));
    }
  }

  private void write(HttpServerRequest request, Context context, Reply.Stream reply) {
    var response = request.response();
    var sink = new ResponseSink(response, context, reply);
    try {
      reply.writer().write(sink);
      sink.end();
    } catch (ClientGoneException _) {
      log.debug("{}: the client of {} is gone", api.name(), request.path());
    } catch (Exception | StackOverflowError e) {
      if (sink.gone()) {
        return;
      }
      if (sink.begun()) {
        log.warn("{}: {} ended in the middle", api.name(), request.path(), e);
        context.runOnContext(_ -> request.connection().close());
      } else {
        var failure = api.failure(request.method().name() + " " + request.path(), e);
        context.runOnContext(_ -> send(response, failure));
      }
    }
  }

  private static void send(HttpServerResponse response, Reply reply) {
    send(response, reply, NOTHING);
  }

  private static void send(HttpServerResponse response, Reply reply, byte[] encoded) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    switch (reply) {
      case Reply.Json _ -> {
        response.putHeader("Content-Type", "application/json");
        response.end(Buffer.buffer(encoded));
      }
      case Reply.Empty _ -> response.end();
      case Reply.Text(_, var type, var body, _) -> {
        response.putHeader("Content-Type", type);
        response.end(Buffer.buffer(body));
      }
      case Reply.Failed(var problem, _) -> {
        if (problem.status() == 503 || problem.status() == 429) {
          response.putHeader(
              "Retry-After", problem.details().getOrDefault(Problem.RETRY_AFTER, "1"));
        }
        response.putHeader("Content-Type", Problem.CONTENT_TYPE);
        response.end(Buffer.buffer(HttpJson.write(problem.members())));
      }
      case Reply.Stream _ -> throw new IllegalArgumentException("streams are written");
    }
  }

  /** Reads what is left of a body that nobody wants, so that the client reads the answer. */
  private static void drain(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    long[] length = {0};
    request.handler(
        chunk -> {
          length[0] += chunk.length();
          if (length[0] > MAX_DRAIN) {
            request.connection().close();
          }
        });
    request.resume();
  }

  private static Context context() {
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("not on an event loop");
    }
    return context;
  }
}
