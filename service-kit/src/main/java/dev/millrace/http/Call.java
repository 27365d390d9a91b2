package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One call, from its making to its answer. Used by one thread. */
public final class Call {

  private static final JsonMapper PROBLEMS = JsonMapper.builder().build();

  private static final byte[] NOTHING = {};

  // Events are never further apart than fifteen seconds, as there are comments between them.
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final Supplier<HttpClient> streams;
  private final Exchanger exchanger;
  private final String method;
  private final Address address;
  private final boolean ofServer;
  private final Duration patience;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte[] body = NOTHING;
  private @Nullable InputStream streamed;
  private @Nullable Duration headWithin;
  private Consumer<Seen> seen = _ -> {};

  Call(
      Supplier<HttpClient> streams,
      Exchanger exchanger,
      String method,
      Address address,
      boolean ofServer,
      Duration patience) {
    this.streams = streams;
    this.exchanger = exchanger;
    this.method = method;
    this.address = address;
    this.ofServer = ofServer;
    this.patience = patience;
  }

  /**
   * What came back, whole.
   *
   * @param headers by their names in any case; the first value of each
   */
  public record Answered(int status, Map<String, String> headers, byte[] body) {
    public boolean failed() {
      return status >= 400;
    }

    /** Its kind; empty if it does not say. */
    public String contentType() {
      return headers.getOrDefault("Content-Type", "");
    }

    static Map<String, String> headers(Iterable<Map.Entry<String, String>> all) {
      var first = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      all.forEach(header -> first.putIfAbsent(header.getKey(), header.getValue()));
      return first;
    }
  }

  /** What comes back, to be read as it comes. To be closed, which may be done by any thread. */
  public static final class Streaming implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final InputStream body;

    private Streaming(HttpResponse<InputStream> response) {
      this.response = response;
      boolean events = header("Content-Type").orElse("").startsWith(ServerSentEvents.CONTENT_TYPE);
      this.body = events ? new LiveStream(response.body(), SILENCE) : response.body();
    }

    public int status() {
      return response.statusCode();
    }

    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    /** What it says; one of events that is silent for a minute breaks. */
    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        throw new UnreachableException("cannot close an answer", e);
      }
    }
  }

  public Call header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /**
   * Asks as somebody who has seen this, and hears what they will have seen with the answer, also
   * with one that is a problem.
   */
  public Call seen(Seen before, Consumer<Seen> after) {
    seen = after;
    return before.isNothing() ? this : header(Seen.HEADER, before.toString());
  }

  private void heard(Optional<String> header) {
    try {
      header.map(Seen::parse).ifPresent(seen);
    } catch (IllegalArgumentException e) {
      throw new UnreachableException(
          address.path() + " answered something strange: " + e.getMessage(), e);
    }
  }

  public Call json(Object value) {
    return body("application/json", HttpJson.write(value));
  }

  public Call body(String contentType, byte[] bytes) {
    body = bytes.clone();
    return header("Content-Type", contentType);
  }

  /** The body is what is read from there, once; such a call is only opened. */
  public Call body(String contentType, InputStream from) {
    streamed = from;
    return header("Content-Type", contentType);
  }

  /**
   * How long an instance may take to begin an answer that is opened; one that was cut off would
   * else be waited for for ever.
   */
  public Call headWithin(Duration time) {
    headWithin = time;
    return this;
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
              .formatted(address.path(), type.getSimpleName(), e.getOriginalMessage()),
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
    var answered =
        attempts()
            .first(
                (uri, within) -> exchanger.exchange(method, uri, headers, body, within),
                answer ->
                    isStranger(answer.status())
                        || (answer.status() == 503 && isForNow(answer.body())));
    if (isStranger(answered.status())) {
      throw stranger();
    }
    heard(Optional.ofNullable(answered.headers().get(Seen.HEADER)));
    return answered;
  }

  /** Sends, and returns with the head of the answer, also of a problem. */
  public Streaming openAny() {
    return new Streaming(begun());
  }

  /** Sends, and returns with the head of the answer; a problem is thrown. */
  public Streaming open() {
    var response = begun();
    if (isStranger(response.statusCode())) {
      new Streaming(response).close();
      throw stranger();
    }
    try {
      heard(response.headers().firstValue(Seen.HEADER));
    } catch (UnreachableException e) {
      new Streaming(response).close();
      throw e;
    }
    if (response.statusCode() >= 400) {
      try (var failed = response.body()) {
        throw new ProblemException(
            problem(response.statusCode(), failed.readNBytes(HttpApi.MAX_BODY)));
      } catch (IOException e) {
        throw new UnreachableException("an answer broke off: " + e.getMessage(), e);
      }
    }
    return new Streaming(response);
  }

  /** Whether the token of this server was not taken, which is a setting. */
  private boolean isStranger(int status) {
    return ofServer && status == 401;
  }

  private UnreachableException stranger() {
    return new UnreachableException(
        "%s does not take the token of this process: internal.token (of executors"
                .formatted(address.targets().name())
            + " internal.executor_token) has to be the same in the settings of both",
        null);
  }

  private HttpResponse<InputStream> begun() {
    return attempts().first((uri, _) -> opened(uri), this::isForAnother);
  }

  /** Whether another instance is to be asked; the answer that nobody reads is closed then. */
  private boolean isForAnother(HttpResponse<InputStream> answer) throws IOException {
    // What was read of a stream cannot be sent again.
    if (answer.statusCode() != 503 || streamed != null) {
      return false;
    }
    answer.body().close();
    return true;
  }

  private HttpResponse<InputStream> opened(URI uri) throws IOException, InterruptedException {
    InputStream from = streamed;
    var sent = from == null ? JdkClient.publisher(body) : BodyPublishers.ofInputStream(() -> from);
    var request = HttpRequest.newBuilder(uri).method(method, sent);
    headers.forEach(request::setHeader);
    if (headWithin != null) {
      request.timeout(headWithin);
    }
    return streams.get().send(request.build(), BodyHandlers.ofInputStream());
  }

  private Attempts attempts() {
    boolean repeatable = method.equals("GET") || headers.containsKey("Idempotency-Key");
    return new Attempts(address, repeatable, patience);
  }

  private static boolean isForNow(byte[] body) {
    return problem(503, body).code().equals("try-later");
  }

  /** Sends, and reads the answer as events; a problem is thrown. */
  public EventReader events() {
    return new EventReader(header("Accept", ServerSentEvents.CONTENT_TYPE).open().body());
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
