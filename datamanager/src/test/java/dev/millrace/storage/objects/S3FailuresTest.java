package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers say that are not at hand here, Amazon's own above all. */
final class S3FailuresTest {
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          301 | PermanentRedirect | the bucket is in another region than eu-north-1
          400 | AuthorizationHeaderMalformed | the bucket is in another region than eu-north-1
          403 | RequestTimeTooSkewed | this machine's clock is wrong, or the server's
          403 | AccessDenied | the credentials do not allow it
          403 | ExpiredToken | the credentials are wrong or have expired (ExpiredToken)
          404 | NoSuchBucket | there is no such bucket
          501 | NotImplemented | the server's own words (status 501)
          """)
  void anErrorIsSaidInWordsThatTellWhatToDo(int status, String code, String why) {
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "<Error><Code>%s</Code><Message>the server's own words</Message></Error>"
                  .formatted(code)
                  .getBytes(UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    var settings =
        new S3Settings(
            uri, "eu-north-1", "b", "", true, new S3Settings.Credentials("key", "secret"));

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> S3ObjectStore.open(settings, () -> "id"))
        .withMessage("cannot write in bucket b at %s: %s".formatted(uri, why));
  }
}
