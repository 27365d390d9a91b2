package dev.millrace.gateway;

import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.Seen;
import dev.millrace.http.Server;
import dev.millrace.http.ServerSentEvents;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service behind the gateway, which knows a few things and keeps what it was asked. */
final class FakeService implements AutoCloseable {

  /**
   * A request as it came.
   *
   * @param seen what it says that its sender has seen
   */
  record Asked(String call, String actor, String key, String body, Seen seen) {}

  record Run(String id, String root, long number, String name) {}

  record Page(List<Run> runs, String next, Map<String, Object> counts) {}

  private final Server server;
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** Of which project there is one more decision than usual. */
  volatile String fifth = "";

  /** What the reader of an answer has seen. */
  volatile String seen = "";

  FakeService(Vertx vertx) {
    var api =
        new HttpApi("fake")
            .guard(FakeService::known)
            .on("GET", "/internal/v1/runs", this::runs)
            .on("POST", "/internal/v1/runs", r -> created(r, Map.of("runs", List.of(PATH + "7"))))
            .on("GET", "/internal/v1/runs/project/p1/1", r -> kept(r, Reply.ok(run(1))))
            .on("POST", "/internal/v1/runs/project/p1/1/cancel", r -> kept(r, Reply.empty()))
            .on("POST", "/internal/v1/runs/project/p1/1/stop", r -> kept(r, refused()))
            .on("GET", "/internal/v1/runs/project/p1/1/tasks/build/logs", this::log)
            .on("GET", "/internal/v1/events", this::events)
            .on("POST", "/internal/v1/users", r -> created(r, Map.of("id", "u9", "name", "eve")))
            .on("GET", "/internal/v1/users", r -> kept(r, Reply.ok(Map.of("users", List.of()))))
            .on("GET", "/internal/v1/*rest", r -> kept(r, missing(r)))
            .on("POST", "/internal/v1/*rest", r -> kept(r, missing(r)))
            .on("DELETE", "/internal/v1/*rest", r -> kept(r, missing(r)));
    server = api.listen(vertx, "127.0.0.1", 0);
  }

  private static final String PATH = "project/p1/";

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/internal/v1");
  }

  private static Object known(Request request) {
    if (!request.header("Authorization").orElse("").equals("Bearer internal")) {
      throw new AssertionError("the gateway does not sign in");
    }
    return request.header("Millrace-Actor").orElseThrow();
  }

  private static Run run(long number) {
    return new Run(PATH + number, "project/p1", number, "build");
  }

  private Reply kept(Request request, Reply reply) {
    asked.add(
        new Asked(
            request.method() + " " + request.path(),
            (String) request.principal(),
            request.header("Idempotency-Key").orElse(""),
            new String(request.body(), StandardCharsets.UTF_8),
            request.seen()));
    request.saw(Seen.parse(seen));
    return reply;
  }

  private Reply created(Request request, Object body) {
    return kept(request, Reply.created(body));
  }

  private static Reply missing(Request request) {
    return Reply.failed(
        Problem.of(404, "not-found", "there is no " + request.param("rest")).with("more", "x"));
  }

  private static Reply refused() {
    return Reply.failed(Problem.of(409, "wrong-state", "run project/p1/1 is queued"));
  }

  private Reply runs(Request request) {
    String root = request.query("root").orElse("(all)");
    kept(request, Reply.empty());
    boolean counted = request.query("count").isPresent();
    return Reply.ok(
        new Page(
            List.of(run(2), run(1)),
            root + "/1",
            Map.of(
                "total",
                counted ? 2 : -1,
                "by_phase",
                Map.of("running", 2),
                "by_result",
                Map.of("unknown", 2))));
  }

  private Reply log(Request request) {
    long from = request.queryNumber("from", 0, 0, Long.MAX_VALUE);
    byte[] all = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);
    return new Reply.Stream(
        200,
        "application/octet-stream",
        Map.of(
            "Millrace-Log-Position",
            request.query("line").orElse("0"),
            "Content-Encoding",
            request.header("Accept-Encoding").orElse("identity")),
        sink -> {
          for (int i = (int) from; i < all.length; i++) {
            sink.write(all[i]);
          }
        });
  }

  private Reply events(Request request) {
    long after = Long.parseLong(request.header("Last-Event-ID").orElse("0"));
    return ServerSentEvents.reply(
        out -> {
          for (long i = after + 1; i <= 4; i++) {
            out.send(Long.toString(i), "decision", started(i, "p" + (1 + i % 2)));
          }
          if (!fifth.isEmpty()) {
            out.send("5", "decision", started(5, fifth));
          }
        });
  }

  private static String started(long n, String project) {
    return "{\"n\":%d,\"events\":[{\"type\":\"run-started\",\"run\":\"project/%s/1\"}]}"
        .formatted(n, project);
  }

  @Override
  public void close() {
    server.close();
  }
}
