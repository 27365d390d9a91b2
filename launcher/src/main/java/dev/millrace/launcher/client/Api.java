package dev.millrace.launcher.client;

import dev.millrace.http.Call;
import dev.millrace.http.EventReader;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The calls of the public interface that the client makes. What changes something carries a key,
 * and is asked again with it as long as the server does not know whether it was decided.
 */
public final class Api implements AutoCloseable {
  private static final int TRIES = 4;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final HttpCaller caller;
  private final Remembered remembered;

  /** Closes the caller when it is closed, and then saves what was seen. */
  public Api(HttpCaller caller, Remembered remembered) {
    this.caller = caller;
    this.remembered = remembered;
  }

  private Call call(String method, String path) {
    return caller.call(method, path).seen(remembered.seen(), remembered::saw);
  }

  JsonNode get(String path) {
    return call("GET", path).read(JsonNode.class);
  }

  JsonNode create(String path, Object body) throws InterruptedException {
    return change("POST", path, call -> call.json(body).read(JsonNode.class));
  }

  JsonNode create(String path) throws InterruptedException {
    return change("POST", path, call -> call.read(JsonNode.class));
  }

  void act(String path) throws InterruptedException {
    change("POST", path, Api::sent);
  }

  void put(String path, Object body) throws InterruptedException {
    change("PUT", path, call -> sent(call.json(body)));
  }

  void delete(String path) throws InterruptedException {
    change("DELETE", path, Api::sent);
  }

  /** The output of a task; follows it if asked to. */
  Call.Streaming log(String path) {
    return stream(path);
  }

  /** What comes back, as it comes. */
  Call.Streaming stream(String path) {
    return call("GET", path).open();
  }

  /** Server-sent events, from where they were left. */
  EventReader events(String path, @Nullable String after) {
    Call call = call("GET", path);
    return (after == null ? call : call.header("Last-Event-ID", after)).events();
  }

  private <T> T change(String method, String path, Function<Call, T> send)
      throws InterruptedException {
    String key = UUID.randomUUID().toString();
    for (int tries = 1; ; tries++) {
      try {
        return send.apply(call(method, path).header("Idempotency-Key", key));
      } catch (ProblemException e) {
        if (!mayPassSoon(e.problem()) || tries == TRIES) {
          throw e;
        }
      }
      Thread.sleep(PAUSE.multipliedBy(tries));
    }
  }

  private static boolean mayPassSoon(Problem problem) {
    return problem.status() == 503
        && !problem.code().equals("maintenance")
        && !problem.code().equals("no-space");
  }

  private static boolean sent(Call call) {
    call.send();
    return true;
  }

  @Override
  public void close() {
    caller.close();
    remembered.save();
  }
}
