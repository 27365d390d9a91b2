package dev.millrace.http;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls one HTTP interface. Calls block, so they belong on virtual threads; any number at once.
 * What the other side answers as a problem comes back as {@link ProblemException}; no answer at all
 * is an {@link UnreachableException}.
 */
public final class HttpCaller implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Targets targets;
  private final Supplier<@Nullable String> token;
  private final JdkClient jdk = new JdkClient();
  private final Exchanger exchanger;
  private final boolean ofServer;

  /**
   * A caller.
   *
   * @param base what every path is appended to, as {@code http://127.0.0.1:7420/api/v1}
   * @param token the bearer token to sign in with; null: none
   */
  public HttpCaller(URI base, @Nullable String token) {
    this(base, () -> token);
  }

  /** A caller whose token is asked for at each call. */
  public HttpCaller(URI base, Supplier<@Nullable String> token) {
    this.targets = Targets.of(base);
    this.token = token;
    this.exchanger = jdk;
    this.ofServer = false;
  }

  /** A caller for servers: whole answers come by the event loops of this Vert.x. */
  public HttpCaller(URI base, @Nullable String token, Vertx vertx) {
    this(Targets.of(base), token, vertx);
  }

  /**
   * A caller for servers of whichever of these answers: where one does not, or is not ready, the
   * next is asked, if the call may be sent twice. The token is one that both have in their
   * settings: if it is not taken, that is an {@link UnreachableException} that says so, and no
   * matter of whoever asked this server.
   */
  public HttpCaller(Targets targets, @Nullable String token, Vertx vertx) {
    this.targets = targets;
    this.token = () -> token;
    this.exchanger = new VertxExchanger(vertx);
    this.ofServer = true;
  }

  /** A call that is not sent yet; the path is encoded already, see {@link #segment}. */
  public Call call(String method, String path) {
    var call =
        new Call(jdk::client, exchanger, method, new Address(targets, path), ofServer, PATIENCE);
    String bearer = token.get();
    return bearer == null ? call : call.header("Authorization", "Bearer " + bearer);
  }

  public <T> T get(String path, Class<T> type) {
    return call("GET", path).read(type);
  }

  public <T> T post(String path, Object body, Class<T> type) {
    return call("POST", path).json(body).read(type);
  }

  public void post(String path, Object body) {
    call("POST", path).json(body).send();
  }

  public <T> T put(String path, Object body, Class<T> type) {
    return call("PUT", path).json(body).read(type);
  }

  public void delete(String path) {
    call("DELETE", path).send();
  }

  /** The text percent-encoded, so that it is one segment of a path or one value of a query. */
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    exchanger.close();
    jdk.close();
  }
}
