package dev.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Where an interface can be reached. */
public interface Endpoint {

  /** Serves the interface there until what is returned is closed. */
  Future<? extends Listening> open(HttpApi api, Vertx vertx);

  /**
   * A port of its own.
   *
   * @param port 0 for any
   */
  static Endpoint at(String host, int port) {
    return (api, vertx) -> api.serve(vertx, host, port);
  }

  /** An interface that takes requests. */
  interface Listening extends AutoCloseable {
    /** The port that it is reached by. */
    int port();

    /** Takes no more requests. */
    @Override
    void close();
  }
}
