package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Reply.ClientGoneException;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@ParameterizedClass(name = "calls by Vert.x: {0}")
@ValueSource(booleans = {false, true})
final class ServerTest {

  @Parameter private boolean byVertx;

  record Note(String text) {}

  record Size(long size) {}

  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch meeting = new CountDownLatch(8);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final CompletableFuture<Throwable> endless = new CompletableFuture<>();
  private Server server;
  private HttpCaller caller;

  @BeforeEach
  void start() {
    var api =
        new HttpApi("test")
            .on("POST", "/notes", r -> Reply.created(r.json(Note.class)))
            .on("GET", "/meeting", _ -> meet())
            .streamed("POST", "/size", r -> Reply.ok(size(r.stream())))
            .streamed("POST", "/refuse", _ -> Reply.failed(Problem.of(403, "forbidden", "no")))
            .on("GET", "/bytes", r -> bytes((int) r.queryNumber("n", 1, 0, Integer.MAX_VALUE)))
            .on("GET", "/endless", _ -> new Reply.Stream(200, "x/y", Map.of(), this::endless))
            .on("GET", "/broken", _ -> new Reply.Stream(200, "x/y", Map.of(), ServerTest::broken))
            .on("GET", "/early", _ -> new Reply.Stream(200, "x/y", Map.of(), ServerTest::early))
            .on("GET", "/events", r -> ServerSentEvents.reply(out -> count(r, out)))
            .on("GET", "/seen", ServerTest::seen)
            .on("GET", "/silence", _ -> ServerSentEvents.reply(_ -> silence()))
            .lanes(Lane.fixed(8), Lane.fixed(8))
            .on("POST", "/few", _ -> Reply.created(new Note("x")))
            .lanes(Lane.fixed(1), Lane.fixed(1))
            .on("GET", "/narrow", _ -> leave())
            .streamed("POST", "/narrow", r -> Reply.ok(size(r.stream())));
    server = api.listen(vertx, "127.0.0.1", 0);
    caller = caller(server.port());
  }

  private HttpCaller caller(int port) {
    var base = URI.create("http://127.0.0.1:" + port);
    return byVertx ? new HttpCaller(base, "secret", vertx) : new HttpCaller(base, "secret");
  }

  @AfterEach
  void stop() {
    caller.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Reply meet() throws InterruptedException {
    meeting.countDown();
    meeting.await();
    return Reply.empty();
  }

  private Reply leave() throws InterruptedException {
    entered.countDown();
    leaving.await();
    return Reply.empty();
  }

  private static Size size(InputStream body) throws IOException {
    long size = 0;
    byte[] buffer = new byte[8192];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      size += n;
    }
    return new Size(size);
  }

  private static Reply bytes(int count) {
    return new Reply.Stream(
        200,
        "application/octet-stream",
        Map.of("X-Size", "" + count),
        s -> s.write(new byte[count]));
  }

  private void endless(Reply.Sink sink) throws IOException {
    try {
      while (true) {
        sink.write(new byte[100_000]);
      }
    } catch (IOException e) {
      endless.complete(e);
      throw e;
    }
  }

  private static void broken(Reply.Sink sink) throws IOException {
    sink.write(new byte[10]);
    sink.flush();
    throw new IllegalStateException("in the middle");
  }

  private static void early(Reply.Sink sink) {
    throw ProblemException.notFound("there is no log");
  }

  private static void count(Request request, ServerSentEvents out) throws IOException {
    int from = Integer.parseInt(request.header("Last-Event-ID").orElse("0"));
    for (int i = from + 1; i <= 3; i++) {
      out.ping();
      out.send("" + i, "tick", "line " + i + "\nand more");
    }
  }

  private static Reply seen(Request request) {
    String form = request.query("as").orElse("");
    request.saw(Seen.parse("r3:" + form.length()));
    return switch (form) {
      case "json" -> Reply.ok(new Note("hi"));
      case "nothing" -> Reply.empty();
      case "stream" -> new Reply.Stream(200, "x/y", Map.of(), sink -> sink.write('x'));
      default -> throw ProblemException.notFound("there is no such form");
    };
  }

  private void silence() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      endless.complete(e);
      throw e;
    }
  }

  @Test
  void whatTheReaderOfAnAnswerWillHaveSeenIsHeardWithAnAnswerOfAnyForm() {
    var heard = new ArrayList<String>();
    Seen before = Seen.parse("c0:1,r3:2");

    for (String form : new String[] {"json", "nothing", "stream"}) {
      caller.call("GET", "/seen?as=" + form).seen(before, seen -> heard.add("" + seen)).send();
    }
    try (var stream =
        caller.call("GET", "/seen?as=stream").seen(before, seen -> heard.add("" + seen)).open()) {
      assertThat(stream.status()).isEqualTo(200);
    }
    var failing = caller.call("GET", "/seen?as=x").seen(before, seen -> heard.add("" + seen));
    assertThatThrownBy(failing::send).isInstanceOf(ProblemException.class);
    assertThatThrownBy(failing::open).isInstanceOf(ProblemException.class);

    assertThat(heard)
        .containsExactly(
            "c0:1,r3:4", "c0:1,r3:7", "c0:1,r3:6", "c0:1,r3:6", "c0:1,r3:2", "c0:1,r3:2");
  }

  @Test
  void whoeverFindsNoPlaceInItsLaneIsRefusedAtOnceAndAllOthersAreAnswered() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var inside = threads.submit(() -> caller.call("GET", "/narrow").raw());
      entered.await();

      var refused = head(server.port(), "GET /narrow");
      assertThat(refused).startsWith("HTTP/1.1 503").containsIgnoringCase("Retry-After: 1\r\n");
      assertThat(caller.call("POST", "/narrow").body("x/y", new byte[9]).read(Size.class).size())
          .isEqualTo(9);
      assertThat(caller.call("GET", "/bytes?n=3").raw().status()).isEqualTo(200);

      leaving.countDown();
      assertThat(inside.get().status()).isEqualTo(204);
      assertThat(caller.call("GET", "/narrow").raw().status()).isEqualTo(204);
    }
  }

  @Test
  void howeverManyAreRefusedEachIsAnswered() throws Exception {
    var callers = new ArrayList<Future<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        callers.add(threads.submit(() -> askOften()));
      }
    }
    for (var asked : callers) {
      assertThat(asked.get()).isEqualTo(100);
    }
  }

  private int askOften() {
    int answered = 0;
    for (int i = 0; i < 100; i++) {
      int status = caller.call("POST", "/few").body("x/y", new byte[200]).raw().status();
      answered += status == 201 || status == 503 ? 1 : 0;
    }
    return answered;
  }

  private static String head(int port, String line) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var request = line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aValueGoesThereAndBack() {
    var note = new Note("ünïcode \"quoted\"");
    assertThat(caller.post("/notes", note, Note.class)).isEqualTo(note);
  }

  @Test
  void handlersThatBlockDoNotHoldUpEachOther() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, 8)
              .mapToObj(_ -> threads.submit(() -> caller.call("GET", "/meeting").raw().status()))
              .toList();
      assertThat(calls).allSatisfy(c -> assertThat(c.get(20, TimeUnit.SECONDS)).isEqualTo(204));
    }
  }

  @Test
  void aLargeBodyIsStreamedThroughBothWays() throws IOException {
    byte[] body = new byte[20 << 20];
    assertThat(caller.call("POST", "/size").body("x/y", body).read(Size.class))
        .isEqualTo(new Size(body.length));
    try (var answer = caller.call("GET", "/bytes?n=" + (20 << 20)).open()) {
      assertThat(answer.header("X-Size")).contains("" + (20 << 20));
      assertThat(answer.body().readAllBytes()).hasSize(20 << 20);
    }
  }

  @Test
  void aBodyOverTheLimitIsRefusedWithAProblem() {
    var call = caller.call("POST", "/notes").body("application/json", new byte[3 << 20]);
    assertThatThrownBy(call::send)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isEqualTo(
                        Problem.of(413, "too-large", "the body is larger than 1048576 bytes")));
    assertThat(caller.post("/notes", new Note("still there"), Note.class).text())
        .isEqualTo("still there");
  }

  @Test
  void aStreamThatNobodyReadsDoesNotBlockTheConnection() {
    var answered = caller.call("POST", "/refuse").body("x/y", new byte[5 << 20]).raw();
    assertThat(answered.status()).isEqualTo(403);
    assertThat(caller.post("/notes", new Note("next"), Note.class).text()).isEqualTo("next");
  }

  @Test
  void aWriterLearnsThatItsClientIsGone() throws Exception {
    try (var answer = caller.call("GET", "/endless").open()) {
      assertThat(answer.body().readNBytes(1000)).hasSize(1000);
    }
    assertThat(endless.get()).isInstanceOf(ClientGoneException.class);
  }

  @Test
  void aSourceThatWaitsIsInterruptedWhenItsClientGoes() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET /silence HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
    assertThat(endless.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aStreamThatBreaksIsNotTakenForWhole() {
    try (var answer = caller.call("GET", "/broken").open()) {
      assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aStreamThatFailsBeforeItsFirstByteIsAProblem() {
    assertThatThrownBy(() -> caller.call("GET", "/early").open())
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(404));
  }

  @Test
  void eventsGoOnAfterTheLastThatWasSeen() throws IOException {
    try (var events = caller.call("GET", "/events").header("Last-Event-ID", "1").events()) {
      assertThat(events.next()).isEqualTo(new EventReader.Event("2", "tick", "line 2\nand more"));
      assertThat(events.next()).extracting("id").isEqualTo("3");
      assertThat(events.next()).isNull();
    }
  }

  @Test
  void whatIsNotHttpIsAnsweredWithAProblem() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("how are you?\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.0 400").contains(Problem.CONTENT_TYPE);
    }
  }

  @Test
  void nobodyThereIsUnreachable() {
    try (var nobody = caller(1)) {
      assertThatThrownBy(() -> nobody.get("/x", Note.class))
          .isInstanceOf(UnreachableException.class)
          .hasMessageContaining("cannot reach http://127.0.0.1:1");
    }
  }

  @Test
  void manyCallsAtOnceEachGetTheirOwnAnswer() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Note>>();
      for (int i = 0; i < 2_000; i++) {
        var note = new Note("note " + i);
        answers.add(threads.submit(() -> caller.post("/notes", note, Note.class)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get().text()).isEqualTo("note " + i);
      }
    }
  }

  @Test
  void aPortThatIsTakenIsAnInputOutputError() {
    assertThatThrownBy(
            () -> new HttpApi("second").listen(vertx, "127.0.0.1", server.port()).close())
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void commentsAndUnknownFieldsOfEventsAreSkipped() throws IOException {
    var text = ": hello\nretry: 10\n\nid:7\ndata\n\nevent: x\n\ndata: cut";
    int[] comments = {0};
    var source = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try (var events = new EventReader(source, () -> comments[0]++)) {
      assertThat(events.next()).isEqualTo(new EventReader.Event("7", "message", ""));
      assertThat(events.next()).isNull();
      assertThat(comments[0]).isEqualTo(1);
    }
  }
}
