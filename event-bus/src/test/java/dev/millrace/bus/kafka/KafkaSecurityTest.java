package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.bus.BusException;
import dev.millrace.bus.kafka.Login.Mechanism;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaSecurityTest {
  private static final String ODD = "\"; x=\"y\\\" user_evil=\"//# ${file:/etc/passwd} é€";

  @TempDir Path directory;

  @Test
  void aPasswordOfOddCharactersComesOutOfTheLoginAsItWentIn() {
    for (var mechanism : Mechanism.values()) {
      var options = options(Jaas.client(new Login(mechanism, new Credentials(ODD, ODD + "2"))));
      assertThat(options).isEqualTo(Map.of("username", ODD, "password", ODD + "2"));
    }
  }

  @Test
  void aListenerAcceptsItsOneUserWhateverThePassword() {
    var options = options(Jaas.listener(new Credentials("owner", ODD)));
    assertThat(options).isEqualTo(Map.of("username", "owner", "password", ODD, "user_owner", ODD));
  }

  @Test
  void aListenerRefusesAUserWhoseNameWouldEscape() {
    for (var user : List.of("a=b", "a b", "x\" user_evil=\"y", "User:a;User:b")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Jaas.listener(new Credentials(user, "secret")));
    }
  }

  @Test
  void noTextFormTellsAPassword() {
    var security =
        new KafkaSecurity(
            new Login(Mechanism.SCRAM_SHA_512, new Credentials("me", "hushhush")), Tls.DEFAULT);
    var settings = new KafkaSettings("host:1", security, 5);
    assertThat(settings.toString()).contains("me", "host:1").doesNotContain("hushhush");
  }

  @Test
  void theProtocolFollowsFromLoginAndTls() {
    var login = new Login(Mechanism.PLAIN, new Credentials("me", "secret"));
    assertThat(KafkaSecurity.NONE.word()).isEqualTo("plaintext");
    assertThat(new KafkaSecurity(null, Tls.DEFAULT).word()).isEqualTo("ssl");
    assertThat(new KafkaSecurity(login, null).word()).isEqualTo("sasl_plaintext");
    assertThat(new KafkaSecurity(login, Tls.DEFAULT).word()).isEqualTo("sasl_ssl");
    assertThat(new KafkaSecurity(login, Tls.DEFAULT).settings())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "PLAIN");
  }

  @Test
  void aCertificateWithoutItsKeyIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Tls(null, directory, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tls(null, null, directory));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var none = directory.resolve("none.pem");
    assertThat(refusal(new Tls(none, null, null)))
        .isEqualTo("cannot read the authority of brokers: there is no " + none);
  }

  @Test
  void aFileOfSomethingElseIsNamed() throws Exception {
    var text = Files.writeString(directory.resolve("text.pem"), "hello");
    var binary = Files.write(directory.resolve("ca.der"), new byte[] {(byte) 0xff, 0x30});
    var old = Files.writeString(directory.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
    var certificate =
        Files.writeString(directory.resolve("it.crt"), "-----BEGIN CERTIFICATE-----\n");
    assertThat(refusal(new Tls(text, null, null)))
        .isEqualTo("cannot use the authority of brokers: " + text + " holds no certificate in PEM");
    assertThat(refusal(new Tls(binary, null, null)))
        .isEqualTo(
            "cannot use the authority of brokers: " + binary + " holds no certificate in PEM");
    assertThat(refusal(new Tls(null, certificate, old)))
        .startsWith("cannot use the key for Kafka: " + old + " holds no key in PKCS#8");
  }

  @Test
  void aCertificateThatIsDamagedIsToldWhenTheBusIsMade() throws Exception {
    var damaged =
        Files.writeString(
            directory.resolve("ca.crt"),
            "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n");
    var settings =
        new KafkaSettings("127.0.0.1:1", new KafkaSecurity(null, new Tls(damaged, null, null)), 1);
    assertThatExceptionOfType(BusException.class)
        .isThrownBy(() -> new KafkaBus(settings).close())
        .withMessageStartingWith("Kafka at 127.0.0.1:1: ")
        .withMessageContaining("PEM");
  }

  @Test
  void aCertificateThatIsOutOfDateIsTold() {
    var outOfDate =
        new SslAuthenticationException(
            "SSL handshake failed",
            new SSLHandshakeException(
                "PKIX",
                new CertPathValidatorException("PKIX", new CertificateExpiredException("2"))));
    assertThat(Wire.failure("Kafka at h:1", new ExecutionException(outOfDate)))
        .hasMessage("Kafka at h:1: the broker's certificate does not count at this time (2)");
  }

  private static String refusal(Tls tls) {
    try {
      return "accepted: " + tls.settings();
    } catch (BusException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Map<String, ?> options(String line) {
    var context = JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(line)));
    assertThat(context.configurationEntries()).hasSize(1);
    AppConfigurationEntry entry = context.configurationEntries().getFirst();
    return entry.getOptions();
  }
}
