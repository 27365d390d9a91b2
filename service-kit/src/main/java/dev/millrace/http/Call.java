package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One call, from its making to its answer. Used by one thread. */
public final class Call {

  private static final JsonMapper PROBLEMS = JsonMapper.builder().build();

  private final HttpClient client;
  private final String method;
  private final URI uri;
  private final Duration patience;
  private final HttpRequest.Builder request;
  private BodyPublisher body = BodyPublishers.noBody();

  Call(HttpClient client, String method, URI uri, Duration patience) {
    this.client = client;
    this.method = method;
    this.uri = uri;
    this.patience = patience;
    this.request = HttpRequest.newBuilder(uri);
  }

  /** What came back, whole. */
  public record Answered(int status, String contentType, byte[] body) {
    public boolean failed() {
      return status >= 400;
    }
  }

  /** What comes back, to be read as it comes. To be closed, which may be done by any thread. */
  public static final class Streaming implements AutoCloseable {
    private final HttpResponse<InputStream> response;

    private Streaming(HttpResponse<InputStream> response) {
      this.response = response;
    }

    public int status() {
      return response.statusCode();
    }

    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    public InputStream body() {
      return response.body();
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException e) {
        throw new UnreachableException("cannot close an answer", e);
      }
    }
  }

  public Call header(String name, String value) {
    request.setHeader(name, value);
    return this;
  }

  public Call json(Object value) {
    return body("application/json", HttpJson.write(value));
  }

  public Call body(String contentType, byte[] bytes) {
    body = BodyPublishers.ofByteArray(bytes);
    return header("Content-Type", contentType);
  }

  /** Sends; a problem is thrown, and the answer's body ignored. */
  public void send() {
    exchange();
  }

  /** Sends, and reads the answer from JSON; a problem is thrown. */
  public <T> T read(Class<T> type) {
    var answered = exchange();
    try {
      return HttpJson.read(answered.body(), type);
    } catch (JacksonException e) {
      throw new UnreachableException(
          "%s answered something else than a %s: %s"
              .formatted(uri, type.getSimpleName(), e.getOriginalMessage()),
          e);
    }
  }

  /** Sends, and hands back what was answered; a problem is thrown. */
  public Answered exchange() {
    var answered = raw();
    if (answered.failed()) {
      throw new ProblemException(problem(answered.status(), answered.body()));
    }
    return answered;
  }

  /** Sends, and hands back what was answered, also a problem. */
  public Answered raw() {
    request.timeout(patience);
    var response = send(BodyHandlers.ofByteArray());
    return new Answered(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        response.body());
  }

  /** Sends, and returns with the head of the answer; a problem is thrown. */
  public Streaming open() {
    var response = send(BodyHandlers.ofInputStream());
    if (response.statusCode() >= 400) {
      try (var failed = response.body()) {
        throw new ProblemException(
            problem(response.statusCode(), failed.readNBytes(HttpApi.MAX_BODY)));
      } catch (IOException e) {
        throw new UnreachableException(unreachable(e), e);
      }
    }
    return new Streaming(response);
  }

  /** Sends, and reads the answer as events; a problem is thrown. */
  public EventReader events() {
    return new EventReader(header("Accept", ServerSentEvents.CONTENT_TYPE).open().body());
  }

  private <T> HttpResponse<T> send(BodyHandler<T> handler) {
    try {
      return client.send(request.method(method, body).build(), handler);
    } catch (IOException e) {
      throw new UnreachableException(unreachable(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while calling " + origin(), e);
    }
  }

  private String origin() {
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  private String unreachable(IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return "cannot reach " + origin() + ": " + why;
  }

  static Problem problem(int status, byte[] body) {
    try {
      JsonNode node = PROBLEMS.readTree(body);
      if (node != null && node.path("code").isString()) {
        Map<String, String> details = new LinkedHashMap<>();
        for (var member : node.properties()) {
          switch (member.getKey()) {
            case "status", "title", "code", "message" -> {} // components of their own
            default -> details.put(member.getKey(), member.getValue().asString());
          }
        }
        return new Problem(
            status,
            node.path("title").asString(""),
            node.path("code").stringValue(),
            node.path("message").asString(""),
            details);
      }
    } catch (JacksonException _) {
      // not one of ours: said below
    }
    return Problem.of(status, "unknown", "the server answered with status " + status);
  }
}
