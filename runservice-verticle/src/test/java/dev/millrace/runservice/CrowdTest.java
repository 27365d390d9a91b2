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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More requests at once than are answered, as they come over HTTP. */
final class CrowdTest {
  private static final int MANY = 300;
  private static final String NO_PLACE = "too many requests at once";
  private static final String RUN =
      """
      {"root":"project/p1","runs":[{"name":"ci","tasks":[{"name":"build",
        "steps":[{"type":"run","name":"make","command":"make"}]}]}]}
      """;
  private final Vertx vertx = Vertx.vertx();
  private final TestReplica replica = new TestReplica(true, Duration.ofSeconds(10));
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

  @Test
  void aRunCanBeCancelledThoughThereIsNoPlaceForThoseWhoCreateMore() throws Exception {
    assertThat(post("/runs", RUN).get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    replica.bus.hold();
    List<CompletableFuture<HttpResponse<String>>> crowd =
        IntStream.range(0, MANY).mapToObj(_ -> post("/runs", RUN)).toList();
    var refused =
        CompletableFuture.anyOf(crowd.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    assertThat(((HttpResponse<?>) refused).body().toString()).contains(NO_PLACE);

    var cancelled = post("/runs/project/p1/1/cancel", "");
    replica.bus.release();

    assertThat(cancelled.get(20, TimeUnit.SECONDS).body()).doesNotContain(NO_PLACE);
  }
}
