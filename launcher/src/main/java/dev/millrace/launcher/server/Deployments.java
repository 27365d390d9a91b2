package dev.millrace.launcher.server;

import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles that were deployed in this process. One thread begins them, another may end them. */
final class Deployments implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Deployments.class);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(30);

  private final Duration endedWithin;

  private final Vertx vertx;
  private final Deque<Deployment> deployed = new ConcurrentLinkedDeque<>();

  /**
   * None yet.
   *
   * @param drain how much longer than usual a role may take to end
   */
  Deployments(Vertx vertx, Duration drain) {
    this.vertx = vertx;
    this.endedWithin = ENDED_WITHIN.plus(drain);
  }

  /** Begins to deploy a role; does not wait. */
  Deployment begin(Deployable verticle, String role) {
    var deployment =
        new Deployment(
            role, vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture());
    deployed.push(deployment);
    return deployment;
  }

  /** Returns once all that were begun are there. */
  void await(Duration patience) throws StartException {
    for (Deployment deployment : deployed) {
      deployment.await(patience);
    }
  }

  /** The names of the roles. */
  List<String> roles() {
    return deployed.stream().map(Deployment::role).toList();
  }

  /** One of them. */
  record Deployment(String role, CompletableFuture<String> id) {

    void await(Duration patience) throws StartException {
      try {
        id.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while starting the " + role, e);
      } catch (ExecutionException e) {
        throw new StartException(
            "the %s does not start: %s".formatted(role, StartException.why(e)), e);
      } catch (TimeoutException e) {
        throw new StartException("the %s did not start within %s".formatted(role, patience), e);
      }
    }

    private void end(Vertx vertx, Duration within)
        throws InterruptedException, ExecutionException, TimeoutException {
      if (!id.isCompletedExceptionally()) {
        id.thenCompose(text -> vertx.undeploy(text).toCompletionStage())
            .get(within.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Ends one role after the other, the one that was deployed last first: an executor that leaves
   * tells what became of its tasks, and somebody has to be there to decide it.
   */
  @Override
  public void close() {
    for (Deployment last = deployed.poll(); last != null; last = deployed.poll()) {
      try {
        last.end(vertx, endedWithin);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return; // what is left ends with the Vert.x
      } catch (ExecutionException | TimeoutException e) {
        log.warn("a role did not end cleanly", e);
      }
    }
  }
}
