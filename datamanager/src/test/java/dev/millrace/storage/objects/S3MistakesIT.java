package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong when they name a bucket, and what they are told. */
final class S3MistakesIT {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ftp://127.0.0.1:21         | us-east-1 | b    | endpoint is http://HOST:PORT or https://…, not ftp://127.0.0.1:21
          localhost:9000             | us-east-1 | b    | endpoint is http://HOST:PORT or https://…, not localhost:9000
          //127.0.0.1:9000           | us-east-1 | b    | endpoint is http://HOST:PORT or https://…, not //127.0.0.1:9000
          http://127.0.0.1:99999     | us-east-1 | b    | endpoint is http://HOST:PORT or https://…, not http://127.0.0.1:99999
          http://127.0.0.1:9000/?x=1 | us-east-1 | b    | endpoint is http://HOST:PORT or https://…, not http://127.0.0.1:9000/?x=1
          http://127.0.0.1:9000      | ""        | b    | region is a name like us-east-1, not ""
          http://127.0.0.1:9000      | "eu 1"    | b    | region is a name like us-east-1, not "eu 1"
          http://127.0.0.1:9000      | us-east-1 | ""   | bucket is a name of letters, digits, dots and dashes, not ""
          http://127.0.0.1:9000      | us-east-1 | a/b  | bucket is a name of letters, digits, dots and dashes, not "a/b"
          """)
  void whatCannotBeMeantIsRefusedBeforeAnybodyIsAsked(
      String endpoint, String region, String bucket, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new S3Settings(URI.create(endpoint), region, bucket, "", true, null))
        .withMessage(why);
  }

  @Test
  void httpsToAServerThatDoesNotSpeakItIsNamed() throws Exception {
    HttpServer plain = HttpServer.create(ANY, 0);
    plain.start();
    try {
      assertThat(refusal("https", plain.getAddress().getPort()))
          .endsWith(": no answer for too long: does it speak https?");
    } finally {
      plain.stop(0);
    }
  }

  @Test
  void httpToAServerThatSpeaksHttpsIsNamed() throws Exception {
    HttpsServer secure = HttpsServer.create(ANY, 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(SSLContext.getDefault()));
    secure.start();
    try {
      assertThat(refusal("http", secure.getAddress().getPort()))
          .endsWith("the connection was closed without an answer: does it speak https?");
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void aServerThatTakesConnectionsAndSaysNothingIsNamedSoonAndAlwaysInTheSameWords()
      throws Exception {
    try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThat(refusal("http", mute.getLocalPort()))
          .isEqualTo(
              "cannot write in bucket b at http://127.0.0.1:%d: no answer for too long"
                  .formatted(mute.getLocalPort()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | ignores If-None-Match: two writers would both believe that they were first
          404 | what answers is no S3 server, or something before one (status 404)
          405 | what answers is no S3 server, or something before one (status 405)
          502 | what answers is no S3 server, or something before one (status 502)
          """)
  void aServerThatIsNoObjectStorageIsNamed(int status, String why) throws Exception {
    HttpServer other = HttpServer.create(ANY, 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = "<html>hello</html>".getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    try {
      assertThat(refusal("http", other.getAddress().getPort()))
          .contains("bucket b at http://127.0.0.1:")
          .endsWith(why);
    } finally {
      other.stop(0);
    }
  }

  private static String refusal(String scheme, int port) {
    var settings =
        new S3Settings(
            URI.create(scheme + "://127.0.0.1:" + port),
            "us-east-1",
            "b",
            "",
            true,
            new S3Settings.Credentials("key", "secret"));
    var refused =
        catchThrowableOfType(
            ObjectStoreException.class, () -> S3ObjectStore.open(settings, () -> "id").close());
    return String.valueOf(refused.getMessage());
  }
}
