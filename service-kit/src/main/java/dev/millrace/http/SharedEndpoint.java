package dev.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port for the interfaces of all parts of a process: that of a part is below {@code /<its
 * name>}. It takes connections before any part is there, and tells of the process as a whole: under
 * {@code /livez} that it runs, under {@code /readyz} whether all of its parts can be used.
 */
public final class SharedEndpoint implements AutoCloseable {

  private final HttpApi all;
  private final Server server;
  private final List<Part> parts = new CopyOnWriteArrayList<>();

  private record Part(String name, HttpApi api) {}

  /**
   * Takes connections; blocks until it does.
   *
   * @param own the interface of the process itself, to which these two paths are added
   * @param port 0 for any
   * @param unready why the process as a whole cannot be used yet; null if it can
   * @throws java.io.UncheckedIOException if the port cannot be had
   */
  public SharedEndpoint(
      HttpApi own, Vertx vertx, String host, int port, Supplier<@Nullable String> unready) {
    this.all = own;
    all.comesAndGoes();
    all.on("GET", "/livez", _ -> Reply.empty());
    all.on("GET", "/readyz", _ -> readiness(unready.get()));
    this.server = all.listen(vertx, host, port);
  }

  public int port() {
    return server.port();
  }

  /** Where the part of this name is served. */
  public Endpoint part(String name) {
    return (api, vertx) -> Future.succeededFuture(add(new Part(name, api)));
  }

  private Endpoint.Listening add(Part part) {
    all.include("/" + part.name(), part.api());
    parts.add(part);
    return new Endpoint.Listening() {
      @Override
      public int port() {
        return server.port();
      }

      @Override
      public void close() {
        parts.remove(part);
        all.exclude(part.api());
      }
    };
  }

  private Reply readiness(@Nullable String unready) {
    if (unready != null) {
      return Reply.failed(Problem.of(503, "try-later", unready));
    }
    for (Part part : parts) {
      Reply reply = part.api().call("GET", "/readyz", Map.of(), new byte[0]);
      if (reply.status() >= 400 && reply.status() != 404) {
        return reply;
      }
    }
    return Reply.empty();
  }

  @Override
  public void close() {
    server.close();
  }
}
