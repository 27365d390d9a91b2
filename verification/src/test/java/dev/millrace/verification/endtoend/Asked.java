package dev.millrace.verification.endtoend;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One side of an HTTP interface, asked as by somebody who gets things wrong. */
record Asked(URI server, Map<String, String> headers) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What came back; code and message are empty if it is no problem as promised. */
  record Answered(int status, String contentType, String code, String message, String body) {
    @Override
    public String toString() {
      return status + " " + code + ": " + (message.isEmpty() ? body : message);
    }
  }

  /** As somebody with other headers; an empty value takes a header away. */
  Asked with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Asked(server, more);
  }

  Answered ask(String method, String path) throws Exception {
    return ask(method, path, new byte[0]);
  }

  Answered ask(String method, String path, String body) throws Exception {
    return ask(method, path, body.getBytes(StandardCharsets.UTF_8));
  }

  Answered ask(String method, String path, byte[] body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            request.header(name, value);
          }
        });
    var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String type = response.headers().firstValue("Content-Type").orElse("");
    JsonNode problem = type.equals("application/problem+json") ? read(response.body()) : null;
    return new Answered(
        response.statusCode(),
        type,
        text(problem, "code"),
        text(problem, "message"),
        response.body());
  }

  private static @Nullable JsonNode read(String body) {
    return JSON.readTree(body);
  }

  private static String text(@Nullable JsonNode problem, String field) {
    return problem == null ? "" : problem.path(field).asString("");
  }
}
