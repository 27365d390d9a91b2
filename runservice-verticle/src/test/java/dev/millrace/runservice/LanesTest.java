package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Server;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which requests have places of their own, as they come over HTTP. */
final class LanesTest {
  private static final String RUN =
      """
      {"root":"project/p1","runs":[{"name":"ci","group":"/project/p1/branch/main",
        "tasks":[{"name":"build","steps":[
          {"type":"run","name":"make","command":"make"}]}]}]}
      """;
  private final Vertx vertx = Vertx.vertx();
  private final TestReplica replica = new TestReplica(true, Duration.ofSeconds(20));
  private final Server server = replica.http().listen(vertx, "127.0.0.1", 0);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    client.shutdownNow();
    server.close();
    replica.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private CompletableFuture<HttpResponse<String>> post(String path, String body) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/internal/v1%s".formatted(server.port(), path)))
            .header("Authorization", "Bearer " + TestReplica.TOKEN)
            .header(Callers.ACTOR, "user:anna")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  private double inside(String lane) {
    return replica.meters.get("millrace.http.inside").tag("lane", lane).gauge().value();
  }

  private void awaitInside(String lane, double count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (inside(lane) != count) {
      assertThat(System.nanoTime()).as("%s: %s", lane, inside(lane)).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatEndsRunsTakesNoPlaceOfThoseWhoCreateThem() throws Exception {
    assertThat(post("/runs", RUN).get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    awaitInside("changing", 0);
    replica.bus.hold();
    var created = post("/runs", RUN);
    awaitInside("changing", 1);

    var cancelled = post("/runs/project/p1/1/cancel", "");

    awaitInside("endings", 1);
    assertThat(inside("changing")).isEqualTo(1);
    replica.bus.release();
    assertThat(List.of(created.isCompletedExceptionally(), cancelled.isCompletedExceptionally()))
        .containsOnly(false);
  }
}
