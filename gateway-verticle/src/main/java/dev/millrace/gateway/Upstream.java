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
  private final ConfigView config;
  private final Supplier<String> ids;

  /**
   * The service.
   *
   * @param config what requests are understood by here
   * @param ids makes keys for requests that bring none
   */
  Upstream(HttpCaller caller, ConfigView config, Supplier<String> ids) {
    this.caller = caller;
    this.config = config;
    this.ids = ids;
  }

  /**
   * A call for the one who asks. The service is to know what they have seen, and what the request
   * was understood by here; and they will have seen what it knows.
   */
  Call call(Request request, String method, String path) {
    config.tell(request);
    return caller
        .call(method, path)
        .header("Millrace-Actor", actor(request))
        .seen(request.seen(), request::saw);
  }

  private static String actor(Request request) {
    return "user:" + Caller.of(request).id();
  }

  /**
   * Makes a call that changes something. The request's {@code Idempotency-Key} counts for its user
   * and for this path only. If nobody answered in time, the problem tells the key to ask again
   * with. What was changed of the configuration is known here afterwards.
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
      T answered = send.apply(call(request, method, path).header(KEY, scoped));
      config.settle(request);
      return answered;
    } catch (ProblemException e) {
      Problem problem = e.problem();
      throw problem.status() == 503
          ? new ProblemException(problem.with("idempotency_key", key))
          : e;
    }
  }
}
