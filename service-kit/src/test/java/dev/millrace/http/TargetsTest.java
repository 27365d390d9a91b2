package dev.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TargetsTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<URI> known = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final Targets targets = new Targets("runservice", () -> known, nanos::get);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private HttpCaller caller() {
    var caller = new HttpCaller(targets, null, vertx);
    open.add(caller);
    return caller;
  }

  private void serve(String name, Reply reply) {
    HttpApi api = new HttpApi(name);
    for (String method : List.of("GET", "POST")) {
      api.on(
          method,
          "/name",
          _ -> {
            asked.add(name);
            return reply;
          });
    }
    var server = api.listen(vertx, "127.0.0.1", 0);
    open.add(server);
    known.add(URI.create("http://127.0.0.1:" + server.port()));
  }

  private static URI dead() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  private static Reply named(String name) {
    return Reply.ok(List.of(name));
  }

  @Test
  void aPartThatIsNotThereYetOrNoMoreSendsWhoeverAsksToAnotherInstance() throws Exception {
    try (var endpoint =
        new SharedEndpoint(new HttpApi("internal"), vertx, "127.0.0.1", 0, () -> null)) {
      known.add(URI.create("http://127.0.0.1:%d/part".formatted(endpoint.port())));
      assertThatThrownBy(() -> caller().get("/name", String[].class))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("at present nothing is here at /part/name");
      var api = new HttpApi("part").on("GET", "/name", _ -> named("part"));
      var part = endpoint.part("part").open(api, vertx).toCompletionStage();
      var listening = part.toCompletableFuture().join();
      assertThat(caller().get("/name", String[].class)).containsExactly("part");
      assertThat(caller().call("GET", "/other").raw().status()).isEqualTo(404);
      listening.close();
      serve("b", named("b"));
      for (int i = 0; i < 4; i++) {
        assertThat(caller().get("/name", String[].class)).containsExactly("b");
      }
    }
  }

  @Test
  void aTokenThatIsNotTakenIsNoMatterOfWhoeverAskedThisServer() {
    serve("a", Reply.failed(ProblemException.unauthorized("who are you?").problem()));
    assertThatThrownBy(() -> caller().get("/name", String[].class))
        .isInstanceOf(UnreachableException.class)
        .hasMessageStartingWith("runservice does not take the token of this process: internal.");
    assertThatThrownBy(() -> caller().call("GET", "/name").open())
        .isInstanceOf(UnreachableException.class);
    serve("b", named("b"));
    for (int i = 0; i < 4; i++) {
      assertThat(caller().get("/name", String[].class)).containsExactly("b");
    }
  }

  private static Reply refused(String code) {
    return Reply.failed(Problem.of(503, code, "not now"));
  }

  @Test
  void instancesAreAskedInTurn() {
    serve("a", named("a"));
    serve("b", named("b"));
    var caller = caller();
    for (int i = 0; i < 4; i++) {
      caller.get("/name", String[].class);
    }
    assertThat(asked).containsExactly("a", "b", "a", "b");
  }

  @Test
  void oneThatIsGoneIsPassedOverAndForAWhileAskedLast() throws Exception {
    known.add(dead());
    serve("b", named("b"));
    assertThat(caller().post("/name", List.of(), String[].class)).containsExactly("b");
    assertThat(targets.inOrder()).isEqualTo(known.reversed());
    assertThat(targets.inOrder()).isEqualTo(known.reversed());
    nanos.addAndGet(6_000_000_000L);
    assertThat(List.of(targets.inOrder(), targets.inOrder())).contains(known);
  }

  @Test
  void oneThatIsNotReadyIsPassedOver() throws Exception {
    serve("a", refused("try-later"));
    serve("b", named("b"));
    assertThat(caller().get("/name", String[].class)).containsExactly("b");
    try (var stream = caller().call("GET", "/name").open()) {
      assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("[\"b\"]");
    }
    assertThat(asked).startsWith("a", "b");
  }

  @Test
  void whatAllRefuseIsRefused() {
    serve("a", refused("try-later"));
    serve("b", refused("try-later"));
    assertThatThrownBy(() -> caller().get("/name", String[].class))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not now");
    assertThat(asked).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aChangeThatMayHaveBeenTakenIsSentAgainOnlyIfItHasAKey() throws Exception {
    known.add(hangingUp());
    serve("b", named("b"));
    assertThatThrownBy(() -> caller().call("POST", "/name").send())
        .isInstanceOf(UnreachableException.class);
    assertThat(asked).isEmpty();
    nanos.addAndGet(6_000_000_000L);
    var _ = targets.inOrder(); // it is the turn of the first again
    caller().call("POST", "/name").header("Idempotency-Key", "k").send();
    assertThat(asked).containsExactly("b");
  }

  /** Takes a request and closes the connection. */
  private URI hangingUp() throws IOException {
    var socket = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
    open.add(socket);
    Thread.ofVirtual()
        .start(
            () -> {
              while (!socket.isClosed()) {
                try (var taken = socket.accept()) {
                  int _ = taken.getInputStream().read(new byte[1024]);
                } catch (IOException _) {
                  return; // the test is over
                }
              }
            });
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  @Test
  void theConnectionToOneThatIsSilentIsGivenUp() throws Exception {
    try (var socket = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
        var exchanger = new VertxExchanger(vertx)) {
      var silent = URI.create("http://127.0.0.1:" + socket.getLocalPort());
      assertThatThrownBy(
              () ->
                  exchanger.exchange("GET", silent, Map.of(), new byte[0], Duration.ofMillis(200)))
          .hasMessageContaining("no answer within");
      try (var taken = socket.accept()) {
        taken.setSoTimeout(20_000);
        assertThat(taken.getInputStream().readAllBytes()).as("until it was closed").isNotEmpty();
      }
    }
  }

  @Test
  void whatWasGivenUpWhileItWaitedForAConnectionIsNotSentLater() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var api = new HttpApi("test");
    api.on(
        "GET",
        "/slow",
        _ -> {
          begun.countDown();
          return goOn.await(20, SECONDS) ? Reply.empty() : Reply.ok("late");
        });
    api.on(
        "POST",
        "/change",
        _ -> {
          asked.add("change");
          return Reply.empty();
        });
    api.on("GET", "/after", _ -> Reply.empty());
    try (var server = api.listen(vertx, "127.0.0.1", 0);
        var exchanger = new VertxExchanger(vertx, 1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String base = "http://127.0.0.1:" + server.port();
      var slow = threads.submit(() -> status(exchanger, "GET", base + "/slow"));
      assertThat(begun.await(20, SECONDS)).isTrue();
      assertThatThrownBy(
              () ->
                  exchanger.exchange(
                      "POST",
                      URI.create(base + "/change"),
                      Map.of(),
                      new byte[0],
                      Duration.ofMillis(300)))
          .hasMessageContaining("no answer within");
      goOn.countDown();

      assertThat(slow.get(20, SECONDS)).isEqualTo(204);
      assertThat(status(exchanger, "GET", base + "/after")).isEqualTo(204);
      assertThat(asked).isEmpty();
    }
  }

  private static int status(VertxExchanger exchanger, String method, String uri) throws Exception {
    return exchanger
        .exchange(method, URI.create(uri), Map.of(), new byte[0], Duration.ofSeconds(20))
        .status();
  }

  @Test
  void aStreamThatDoesNotBeginIsAskedOfAnother() throws Exception {
    try (var silent = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
      known.add(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
      serve("b", named("b"));
      var call = caller().call("GET", "/name").headWithin(Duration.ofMillis(200));
      try (var stream = call.open()) {
        assertThat(stream.status()).isEqualTo(200);
      }
      assertThat(asked).containsExactly("b");
    }
  }

  @Test
  void aBodyThatIsAStreamIsSentOnce() throws Exception {
    serve("a", refused("try-later"));
    serve("b", named("b"));
    var body = new ByteArrayInputStream("pack".getBytes(StandardCharsets.UTF_8));
    try (var answer = caller().call("POST", "/name").body("text/plain", body).openAny()) {
      assertThat(answer.status()).isEqualTo(503);
    }
    assertThat(asked).containsExactly("a");
  }

  @Test
  void whereNobodyIsKnownThatIsSaid() {
    assertThatThrownBy(() -> caller().get("/name", String[].class))
        .isInstanceOf(UnreachableException.class)
        .hasMessage("no runservice is there at present");
  }

  @Test
  void partsOfAProcessAreReachedByOnePortAndItIsReadyOnceAllAre() {
    var unready = new AtomicReference<>("waiting for etcd");
    try (var shared =
        new SharedEndpoint(new HttpApi("internal"), vertx, "127.0.0.1", 0, unready::get)) {
      known.add(URI.create("http://127.0.0.1:" + shared.port()));
      var caller = caller();
      assertThat(status(caller, "/livez")).isEqualTo(204);
      assertThat(status(caller, "/readyz")).isEqualTo(503);
      HttpApi part = new HttpApi("part");
      part.on("GET", "/readyz", _ -> refused("try-later"));
      part.on("GET", "/internal/v1/name", _ -> named("part"));
      var listening = shared.part("one").open(part, vertx).result();
      unready.set(null);
      assertThat(status(caller, "/readyz")).isEqualTo(503);
      assertThat(status(caller, "/one/internal/v1/name")).isEqualTo(200);
      assertThat(status(caller, "/two/internal/v1/name")).isEqualTo(503);
      listening.close();
      assertThat(status(caller, "/one/internal/v1/name")).isEqualTo(503);
      assertThat(status(caller, "/readyz")).isEqualTo(204);
    }
  }

  private static int status(HttpCaller caller, String path) {
    return caller.call("GET", path).raw().status();
  }
}
