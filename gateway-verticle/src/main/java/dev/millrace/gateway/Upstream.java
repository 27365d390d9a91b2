package dev.millrace.gateway;

import dev.millrace.http.Call;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A service behind this one. What it answers is handed on: status, code and message of its problems
 * stay as they are.
 */
final class Upstream {

  private static final String KEY = "Idempotency-Key";
  private static final int LONGEST_KEY = 200;

  private final HttpCaller caller;
  private final Supplier<String> ids;

  /**
   * The service.
   *
   * @param ids makes keys for requests that bring none
   */
  Upstream(HttpCaller caller, Supplier<String> ids) {
    this.caller = caller;
    this.ids = ids;
  }

  /** A call for the one who asks. */
  Call call(Request request, String method, String path) {
    return caller.call(method, path).header("Millrace-Actor", actor(request));
  }

  private static String actor(Request request) {
    return "user:" + Caller.of(request).id();
  }

  /**
   * Makes a call that changes something. The request's {@code Idempotency-Key} counts for its user
   * and for this path only. If nobody answered in time, the problem tells the key to ask again
   * with.
   */
  <T> T change(Request request, String method, String path, Function<Call, T> send) {
    String key = request.header(KEY).orElseGet(ids);
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw ProblemException.badRequest(
          "an Idempotency-Key is 1 to %d characters long".formatted(LONGEST_KEY));
    }
    String scoped =
        SignIn.hash(String.join("\n", actor(request), method, request.path(), key))
            .substring(0, 40);
    try {
      return send.apply(call(request, method, path).header(KEY, scoped));
    } catch (ProblemException e) {
      Problem problem = e.problem();
      throw problem.status() == 503
          ? new ProblemException(problem.with("idempotency_key", key))
          : e;
    }
  }
}
