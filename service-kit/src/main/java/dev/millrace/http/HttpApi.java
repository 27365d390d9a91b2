package dev.millrace.http;

import dev.millrace.http.Routes.Found;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The routes of one HTTP interface. Built by one thread, then served. Paths have fixed segments,
 * {@code :name} for one segment and, at the end, {@code *name} for all that follows.
 *
 * <p>Whatever goes wrong is answered with a {@link Problem}, also what the framework finds.
 */
public final class HttpApi {

  /** The largest body of a request; only streamed routes take more. */
  public static final int MAX_BODY = 1 << 20;

  private static final int AT_ONCE = 4096;

  private static final Logger log = LoggerFactory.getLogger(HttpApi.class);

  private final String name;
  private final Routes routes = new Routes();
  private final List<Included> included = new CopyOnWriteArrayList<>();
  private @Nullable Guard guard;
  private @Nullable Around around;

  private record Included(String prefix, HttpApi api) {
    boolean has(String path) {
      return path.startsWith(prefix + "/");
    }
  }

  private volatile boolean changes;

  private MeterRegistry meters = new CompositeMeterRegistry(); // nobody listens
  private Lane reading = Lane.fixed(AT_ONCE);
  private Lane changing = reading;

  /**
   * An interface without routes.
   *
   * @param name shows in logs and in the names of threads
   */
  public HttpApi(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** Routes that are added from now on ask this guard first; those before are as they were. */
  public HttpApi guard(Guard guard) {
    this.guard = guard;
    return this;
  }

  /**
   * The handlers of routes that are added from now on are called by this, after the guard; those
   * before are as they were.
   *
   * @param around null: they are called as they are again
   */
  public HttpApi around(@Nullable Around around) {
    this.around = around;
    return this;
  }

  /**
   * Requests of routes that are added from now on take places of these lanes: GET and HEAD of the
   * first, all others of the second.
   */
  public HttpApi lanes(Lane reading, Lane changing) {
    this.reading = reading;
    this.changing = changing;
    return this;
  }

  /** Requests of routes that are added from now on are measured there. */
  public HttpApi meters(MeterRegistry meters) {
    this.meters = meters;
    return this;
  }

  private RouteMeters meters(String method, String path) {
    return new RouteMeters(meters, name, method + " " + path);
  }

  private Lane lane(String method) {
    return method.equals("GET") || method.equals("HEAD") ? reading : changing;
  }

  /** Adds a route whose body is read whole before the handler is called. */
  public HttpApi on(String method, String path, Handler handler) {
    routes.add(method, path, within(handler), guard, lane(method), meters(method, path), false);
    return this;
  }

  /** Adds a route whose body the handler reads as it comes in, of any length. */
  public HttpApi streamed(String method, String path, Handler handler) {
    routes.add(method, path, within(handler), guard, lane(method), meters(method, path), true);
    return this;
  }

  private Handler within(Handler handler) {
    Around called = around;
    return called == null ? handler : request -> called.handle(request, handler);
  }

  /**
   * Every route, as {@code POST /api/v1/projects/:ref/runs}, in the order in which it was added.
   */
  public List<String> routes() {
    return routes.added();
  }

  /**
   * Serves until the server is closed. Blocks until connections are taken, so not for an event
   * loop.
   *
   * @param port 0 for any
   * @throws UncheckedIOException if the port cannot be had; its cause says why
   */
  public Server listen(Vertx vertx, String host, int port) {
    return Server.await(serve(vertx, host, port), "listen on " + host + ":" + port);
  }

  /** As {@link #listen}, for an event loop. */
  public Future<Server> serve(Vertx vertx, String host, int port) {
    return Server.start(this, vertx, host, port);
  }

  /** Answers a request without any socket: for tests, and for callers in the same process. */
  public Reply call(String method, String target, Map<String, String> headers, byte[] body) {
    var byName = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? null : target.substring(question + 1);
    var found = find(method, path);
    return found instanceof Found.Match match
        ? answer(
            match, new Incoming(method, path, query, byName::get, body, null, match.params(), ""))
        : refuse(found, method, path);
  }

  /** Answers below the prefix what the other answers, until it is excluded. Any thread. */
  void include(String prefix, HttpApi other) {
    included.add(new Included(prefix, other));
  }

  void exclude(HttpApi other) {
    included.removeIf(each -> each.api() == other);
  }

  /**
   * What is included comes and goes, and whoever asks for it may hear of that later: what is not
   * here is answered with 503 from now on, so that another instance is asked.
   */
  void comesAndGoes() {
    changes = true;
  }

  Found find(String method, String path) {
    for (Included each : included) {
      if (each.has(path)) {
        return each.api().find(method, path.substring(each.prefix().length()));
      }
    }
    return routes.find(method, path);
  }

  Reply refuse(Found found, String method, String path) {
    return switch (found) {
      case Found.Match _ -> throw new IllegalArgumentException("there is a route");
      case Found.NoSuchPath _ when changes && included.stream().noneMatch(i -> i.has(path)) ->
          Reply.failed(
              Problem.of(503, "try-later", "at present nothing is here at " + shown(path)));
      case Found.NoSuchPath _ ->
          Reply.failed(Problem.of(404, "not-found", "there is nothing at " + shown(path)));
      case Found.Malformed _ ->
          Reply.failed(Problem.of(400, "invalid", "the path is not percent-encoded correctly"));
      case Found.OtherMethods(var allowed) ->
          new Reply.Failed(
              Problem.of(
                  405,
                  "method-not-allowed",
                  "%s is not possible at %s, only %s"
                      .formatted(shown(method), shown(path), String.join(", ", allowed))),
              Map.of("Allow", String.join(", ", allowed)));
    };
  }

  private static String shown(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  Reply answer(Found.Match match, Incoming request) {
    Reply reply = handled(match, request);
    Seen seen = request.toTell();
    return seen.isNothing() ? reply : reply.with(Seen.HEADER, seen.toString());
  }

  private Reply handled(Found.Match match, Incoming request) {
    try (var _ = MDC.putCloseable("request", request.method() + " " + request.path())) {
      Guard routeGuard = match.route().guard();
      if (routeGuard != null) {
        request.principal(routeGuard.check(request));
      }
      return match.route().handler().handle(request);
    } catch (Exception | StackOverflowError e) {
      return failure(request.method() + " " + request.path(), e);
    }
  }

  /** What is answered when this was thrown. */
  Reply failure(String what, Throwable thrown) {
    return switch (thrown) {
      case ProblemException e -> Reply.failed(e.problem());
      case UnreachableException e -> {
        log.warn("{}: {} failed: {}", name, what, e.getMessage());
        yield Reply.failed(Problem.of(503, "try-later", String.valueOf(e.getMessage())));
      }
      case InterruptedException _ -> {
        Thread.currentThread().interrupt();
        yield Reply.failed(Problem.of(503, "try-later", "the server is stopping"));
      }
      default -> {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        log.error("{}: {} failed, id {}", name, what, id, thrown);
        yield Reply.failed(Problem.of(500, "internal", "internal server error").with("id", id));
      }
    };
  }
}
