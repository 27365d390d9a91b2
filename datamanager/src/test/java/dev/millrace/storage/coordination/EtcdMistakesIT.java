package dev.millrace.storage.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.storage.coordination.EtcdSettings.Login;
import dev.millrace.storage.coordination.EtcdSettings.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people get wrong when they name a cluster, and what they are told. */
final class EtcdMistakesIT {
  @TempDir private static Path shared;
  private static EtcdServers plain;
  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    plain = EtcdServers.start(shared, 1);
  }

  @AfterAll
  static void stop() {
    plain.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1:2379", "http://host", "http://host:99999", "ftp://host:21", "http://:1"})
  void whatCannotBeMeantIsRefusedBeforeAnybodyIsAsked(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EtcdSettings(List.of(URI.create(endpoint)), "x", null, Tls.DEFAULT));
  }

  @Test
  void aUserOfAClusterThatKnowsNoneIsTold() {
    assertThat(refusal(endpoint(), new Login("me", "secret"), Tls.DEFAULT))
        .startsWith("etcd at " + endpoint() + ": cannot connect: a user is given, and the cluster")
        .doesNotContain("secret");
  }

  @Test
  void httpsToAMemberThatDoesNotSpeakItIsTold() {
    URI https = URI.create(endpoint().toString().replace("http:", "https:"));
    assertThat(refusal(https, null, Tls.DEFAULT)).contains(": does it speak https, or not? (");
  }

  @Test
  void httpToAMemberThatSpeaksHttpsIsTold() throws Exception {
    var certificate = TestCertificate.make(directory, "right");
    try (var secured = EtcdServers.secured(directory, certificate)) {
      URI http =
          URI.create(
              secured.settings("x").endpoints().getFirst().toString().replace("https:", "http:"));
      assertThat(refusal(http, null, Tls.DEFAULT)).contains(": does it speak https, or not? (");
    }
  }

  // As a member that speaks https does to whoever does not, if the answer comes in time.
  @Test
  void aMemberThatResetsTheConnectionIsTold() throws Exception {
    try (var member = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> resetAll(member));
      URI http = URI.create("http://127.0.0.1:" + member.getLocalPort());
      assertThat(refusal(http, null, Tls.DEFAULT)).contains(": does it speak https, or not? (");
    }
  }

  private static void resetAll(ServerSocket member) {
    try {
      while (true) {
        try (Socket connection = member.accept()) {
          int _ = connection.getInputStream().read();
          connection.setSoLinger(true, 0); // closing it resets it
        }
      }
    } catch (SocketException _) {
      // the test is over
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void filesThatAreNoCertificatesAreNamed() throws Exception {
    URI https = URI.create(endpoint().toString().replace("http:", "https:"));
    Path none = directory.resolve("none.pem");
    assertThat(refusal(https, null, new Tls(none, null, null)))
        .startsWith("cannot use the certificates for etcd (")
        .endsWith("could not find certificate file: " + none);
    Path text = Files.writeString(directory.resolve("text.pem"), "hello");
    assertThat(refusal(https, null, new Tls(text, null, null)))
        .contains(text.toString())
        .endsWith("found no certificates in input stream");
    assertThat(refusal(https, null, new Tls(null, text, text)))
        .contains(text.toString())
        .endsWith("found no certificates in input stream");
  }

  private static URI endpoint() {
    return plain.settings("x").endpoints().getFirst();
  }

  private static String refusal(URI endpoint, @Nullable Login login, Tls tls) {
    var settings = new EtcdSettings(List.of(endpoint), "x", login, tls);
    var refused =
        catchThrowableOfType(
            CoordinationException.class,
            () -> EtcdCoordinationStore.open(settings, System::nanoTime).close());
    return String.valueOf(refused.getMessage());
  }
}
