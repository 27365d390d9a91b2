package dev.millrace.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request as it came, matched to its route. */
final class Incoming implements Request {

  private final String method;
  private final String path;
  private final @Nullable String query;
  private final Function<String, @Nullable String> headers;
  private final byte[] body;
  private final @Nullable InputStream stream;
  private final Map<String, String> params;
  private final String remote;
  private @Nullable Object principal;
  private @Nullable Seen seen;
  private Seen told = Seen.NOTHING;

  Incoming(
      String method,
      String path,
      @Nullable String query,
      Function<String, @Nullable String> headers,
      byte[] body,
      @Nullable InputStream stream,
      Map<String, String> params,
      String remote) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.stream = stream;
    this.params = params;
    this.remote = remote;
  }

  void principal(Object found) {
    this.principal = found;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String param(String name) {
    String value = params.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no place " + name);
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    if (query == null) {
      return Optional.empty();
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (decoded(key).equals(name)) {
        return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw ProblemException.badRequest("the query is not percent-encoded correctly");
    }
  }

  @Override
  public String remote() {
    return remote;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name));
  }

  @Override
  public byte[] body() {
    if (stream != null) {
      throw new IllegalStateException("this route is streamed");
    }
    return body;
  }

  @Override
  public <T> T json(Class<T> type) {
    return HttpJson.readRequest(body(), type);
  }

  @Override
  public void noBody() {
    if (body().length > 0) {
      json(Nothing.class);
    }
  }

  private record Nothing() {}

  @Override
  public InputStream stream() {
    return stream == null ? new ByteArrayInputStream(body) : stream;
  }

  @Override
  public Object principal() {
    if (principal == null) {
      throw new IllegalStateException("this route has no guard");
    }
    return principal;
  }

  @Override
  public Seen seen() {
    Seen sofar = seen;
    if (sofar == null) {
      try {
        sofar = header(Seen.HEADER).map(Seen::parse).orElse(Seen.NOTHING);
      } catch (IllegalArgumentException e) {
        throw ProblemException.badRequest(String.valueOf(e.getMessage()));
      }
      seen = sofar;
    }
    return sofar;
  }

  @Override
  public void saw(Seen more) {
    seen = seen().and(more);
    told = told.and(more);
  }

  /** What the reader of the answer will have seen; nothing if the answer tells nothing of it. */
  Seen toTell() {
    return told.isNothing() ? told : seen();
  }
}
