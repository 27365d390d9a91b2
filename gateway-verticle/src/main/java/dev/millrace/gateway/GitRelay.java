package dev.millrace.gateway;

import dev.millrace.http.Call;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands on what git asks to the gateway that has the repositories, and what that one answers, both
 * as they come. Who may do what is decided there.
 */
final class GitRelay {
  private static final List<String> ASKED =
      List.of(
          "Authorization", "Accept", "Content-Encoding", "Git-Protocol", "User-Agent", "Pragma");
  private static final List<String> ANSWERED =
      List.of("Cache-Control", "Expires", "Pragma", "WWW-Authenticate", "Retry-After");
  private static final String TYPE = "Content-Type";

  private final HttpCaller gateway;

  GitRelay(HttpCaller gateway) {
    this.gateway = gateway;
  }

  /** Adds the routes for repositories below this prefix, as {@code /git}. */
  void mount(HttpApi api, String prefix) {
    api.on("GET", prefix + "/*path", this::relay)
        .streamed("POST", prefix + "/*path", this::relayBody);
  }

  private Reply relay(Request request) {
    return answered(asked(request));
  }

  private Reply relayBody(Request request) {
    return answered(
        asked(request)
            .body(request.header(TYPE).orElse("application/octet-stream"), request.stream()));
  }

  private Call asked(Request request) {
    String target =
        request.path()
            + request
                .query("service")
                .map(service -> "?service=" + HttpCaller.segment(service))
                .orElse("");
    Call call = gateway.call(request.method(), target);
    ASKED.forEach(name -> request.header(name).ifPresent(value -> call.header(name, value)));
    return call;
  }

  private static Reply answered(Call call) {
    Call.Streaming answer = call.openAny();
    Map<String, String> headers = new LinkedHashMap<>();
    ANSWERED.forEach(name -> answer.header(name).ifPresent(value -> headers.put(name, value)));
    return new Reply.Stream(
        answer.status(),
        answer.header(TYPE).orElse("application/octet-stream"),
        headers,
        sink -> {
          sink.whenGone(answer::close);
          try (answer) {
            Relay.copy(answer.body(), sink);
          }
        });
  }
}
