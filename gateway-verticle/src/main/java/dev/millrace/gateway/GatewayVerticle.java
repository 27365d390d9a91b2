package dev.millrace.gateway;

import dev.millrace.http.Endpoint;
import dev.millrace.http.Endpoint.Listening;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** Lifecycle only: serves a {@link Gateway} while it is deployed. */
public final class GatewayVerticle extends VerticleBase {

  private final Gateway gateway;
  private final Endpoint people;
  private final Endpoint parts;
  private final List<Listening> listening = new ArrayList<>();

  /**
   * Serves the gateway there.
   *
   * @param people where its public interface is
   * @param parts where other parts of the installation find it
   */
  public GatewayVerticle(Gateway gateway, Endpoint people, Endpoint parts) {
    this.gateway = gateway;
    this.people = people;
    this.parts = parts;
  }

  /** Deployed when it takes connections; whether it is ready, its own interface tells. */
  @Override
  public Future<?> start() {
    return people
        .open(gateway.http(), vertx)
        .onSuccess(listening::add)
        .compose(_ -> parts.open(gateway.internal(), vertx))
        .onSuccess(
            inside -> {
              listening.add(inside);
              var _ = gateway.start();
            });
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          listening.forEach(Listening::close);
          gateway.close();
          return true;
        });
  }
}
