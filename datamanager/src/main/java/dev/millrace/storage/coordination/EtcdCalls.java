package dev.millrace.storage.coordination;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Talks to a cluster: waits for answers, but not for ever, and says in words what went wrong. */
final class EtcdCalls implements AutoCloseable {
  /** What the first call does. */
  static final String CONNECT = "connect";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Members allow no shorter time between two signs of life by default than five seconds. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

  /**
   * A connection that fails is tried again after pauses that grow to two minutes, though the
   * cluster may be back long before; a new client tries at once.
   */
  private static final Duration CLIENT_ANEW = Duration.ofSeconds(10);

  private final EtcdSettings settings;
  private final LongSupplier nanos;
  private final ClientBuilder builder;
  private final Set<Runnable> renewals = ConcurrentHashMap.newKeySet();
  // When there was an answer last, or another client.
  private final AtomicLong news;
  private volatile Client client;
  private volatile boolean closed;

  EtcdCalls(EtcdSettings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    this.news = new AtomicLong(nanos.getAsLong());
    this.builder =
        Client.builder()
            .endpoints(settings.endpoints())
            // Or else a wrong certificate looks like a server that never answers.
            .waitForReady(false)
            .connectTimeout(PATIENCE)
            .keepaliveTime(SIGN_OF_LIFE)
            .keepaliveTimeout(PATIENCE)
            .keepaliveWithoutCalls(false);
    var login = settings.login();
    if (login != null) {
      builder.user(bytes(login.user())).password(bytes(login.password()));
    }
    if (settings.secure()) {
      builder.sslContext(sslContext(settings.tls()));
    }
    this.client = builder.build();
  }

  private static SslContext sslContext(EtcdSettings.Tls tls) {
    try {
      var builder = GrpcSslContexts.forClient();
      if (tls.authority() != null) {
        builder.trustManager(file(tls.authority()));
      }
      if (tls.certificate() != null) {
        builder.keyManager(file(tls.certificate()), file(tls.key()));
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new CoordinationException(
          "cannot use the certificates for etcd (%s): %s".formatted(tls, said(lowest(e))), e);
    }
  }

  private static Throwable lowest(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? e : lowest(cause);
  }

  private static @Nullable File file(@Nullable Path path) {
    return path == null ? null : path.toFile();
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  Client client() {
    if (closed) {
      throw new CoordinationException("the coordination store is closed", null);
    }
    return client;
  }

  /**
   * The answer.
   *
   * @param what is being done, as in "cannot read a"
   * @throws CoordinationException if there is none, or it is an error
   */
  <T> T await(String what, CompletableFuture<T> call) {
    try {
      T answer = call.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      news.set(nanos.getAsLong());
      return answer;
    } catch (TimeoutException e) {
      call.cancel(true);
      renewIfSilent();
      throw failed(what, "no answer within %d s".formatted(PATIENCE.toSeconds()), e);
    } catch (ExecutionException e) {
      if (isUnavailable(e)) {
        renewIfSilent();
      } else {
        news.set(nanos.getAsLong());
      }
      throw failed(what, why(what, e), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(what, "interrupted", e);
    }
  }

  private static boolean isUnavailable(ExecutionException e) {
    return !(e.getCause() instanceof EtcdException told)
        || told.getErrorCode() == ErrorCode.UNAVAILABLE;
  }

  private void renewIfSilent() {
    long since = news.get();
    long now = nanos.getAsLong();
    if (now - since < CLIENT_ANEW.toNanos() || !news.compareAndSet(since, now)) {
      return;
    }
    Client before;
    synchronized (this) {
      if (closed) {
        return;
      }
      before = client;
      client = builder.build();
    }
    renewals.forEach(Runnable::run);
    before.close();
  }

  /** Has this told whenever there is another client, until it is forgotten. */
  void onRenewal(Runnable hears) {
    renewals.add(hears);
  }

  void forget(Runnable heard) {
    renewals.remove(heard);
  }

  private CoordinationException failed(String what, String why, @Nullable Throwable cause) {
    return new CoordinationException(
        "%s: cannot %s: %s".formatted(settings.name(), what, why), cause);
  }

  /** What failed at the bottom says more than what was made of it on the way up. */
  private static String why(String what, Throwable e) {
    List<Throwable> causes = Stream.iterate(e, Objects::nonNull, Throwable::getCause).toList();
    String said = said(lowest(e));
    if (has(causes, CertPathBuilderException.class, CertPathValidatorException.class)) {
      return "its certificate is not by the authority that is trusted (%s)".formatted(said);
    }
    return has(causes, CertificateException.class)
        ? "its certificate is for another host, or not for now (%s)".formatted(said)
        : inWords(what, said);
  }

  private static boolean has(List<Throwable> causes, Class<?>... kinds) {
    return causes.stream().anyMatch(e -> Stream.of(kinds).anyMatch(kind -> kind.isInstance(e)));
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String inWords(String what, String said) {
    if (said.contains("authentication is not enabled")) {
      return "a user is given, and the cluster asks for none (%s)".formatted(said);
    }
    return isHandshakeThatFailed(what, said)
        ? "the connection was closed: does it speak https, or not? (%s)".formatted(said)
        : said;
  }

  /** All that is left of one that failed before it began; which of these is a matter of moments. */
  private static boolean isHandshakeThatFailed(String what, String said) {
    return said.contains("StacklessClosedChannelException")
        || said.contains("Network closed")
        || (what.equals(CONNECT) && said.contains("Connection reset"));
  }

  /** Whether the cluster said that there is no such thing. */
  static boolean isNotFound(CoordinationException e) {
    return e.getCause() instanceof EtcdException told && told.getErrorCode() == ErrorCode.NOT_FOUND;
  }

  @Override
  public synchronized void close() {
    closed = true;
    client.close();
  }
}
