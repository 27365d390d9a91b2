package dev.millrace.gateway;

import dev.millrace.http.Server;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Lifecycle only: serves a {@link Gateway} while it is deployed. */
public final class GatewayVerticle extends VerticleBase {

  private final Gateway gateway;
  private final String host;
  private final int port;
  private @Nullable Server server;

  /**
   * Serves the gateway there.
   *
   * @param port 0 for any
   */
  public GatewayVerticle(Gateway gateway, String host, int port) {
    this.gateway = gateway;
    this.host = host;
    this.port = port;
  }

  /** The port that it listens on, once it is deployed. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not deployed");
    }
    return server.port();
  }

  /** Deployed when it takes connections; whether it is ready, its own interface tells. */
  @Override
  public Future<?> start() {
    return gateway
        .http()
        .serve(vertx, host, port)
        .onSuccess(
            listening -> {
              server = listening;
              var _ = gateway.start();
            });
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          if (server != null) {
            server.close();
          }
          gateway.close();
          return true;
        });
  }
}
