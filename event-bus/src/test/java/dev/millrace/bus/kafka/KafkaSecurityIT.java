package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Login.Mechanism;
import dev.millrace.bus.kafka.SecuredBroker.Listener;
import dev.millrace.events.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to be secure at a real broker, and what people get wrong about it. */
final class KafkaSecurityIT {
  private static final Duration SHORTLY = Duration.ofSeconds(2);
  private static final Duration PATIENTLY = Duration.ofSeconds(60);

  @TempDir private static Path shared;
  private static TestCertificates certificates;
  private static TestCertificates strangers;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    certificates = TestCertificates.make(shared, "right");
    strangers = TestCertificates.make(shared, "other");
    broker = SecuredBroker.start(shared.resolve("kafka"), certificates);
    TopicCreator.create(broker.owner(), TopicPlan.embedded(1));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SCRAM_SHA_256", "SCRAM_SHA_512"})
  void aPasswordOfAnyCharactersIsSafeInALoginOverTls(Mechanism mechanism) throws Exception {
    for (var credentials : oddOnes(mechanism)) {
      broker.know(mechanism, credentials);
      assertThat(ClusterCheck.brokers(broker.by(mechanism, credentials), PATIENTLY))
          .as("user %s", credentials.user())
          .isEqualTo(1);
    }
  }

  private static List<Credentials> oddOnes(Mechanism mechanism) {
    long seed = System.nanoTime();
    System.out.println("seed of the passwords: " + seed);
    var random = new Random(seed);
    var all = new ArrayList<Credentials>();
    all.add(
        new Credentials("u, =\"\\;" + mechanism, "\" required; //x user_a=\"b\\\\\" ${env:X} é€ "));
    for (int i = 0; i < 8; i++) {
      var password =
          random
              .ints(1 + random.nextInt(40), ' ', 0x7f)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      all.add(new Credentials("odd-" + i + HexFormat.of().toHexDigits(seed), password));
    }
    return all;
  }

  @Test
  void aBusWorksOverTlsWithAPassword() throws Exception {
    var partition = new TopicPartition(Topics.TASK_LOGS.name(), 0);
    try (var bus = new KafkaBus(broker.owner())) {
      Brokers.append(bus, partition, "hello");
    }
    var owner = new Credentials(Brokers.OWNER.user(), "another password of the owner");
    broker.know(Mechanism.SCRAM_SHA_512, owner);
    try (var bus = new KafkaBus(broker.by(Mechanism.SCRAM_SHA_512, owner))) {
      Brokers.append(bus, partition, "world");
      assertThat(Brokers.read(bus, partition)).containsExactly("hello", "world");
    }
  }

  @Test
  void aCertificateOfOnesOwnWillDo() {
    var tls = new Tls(certificates.authority(), certificates.certificate(), certificates.key());
    assertThat(ClusterCheck.brokers(broker.at(Listener.SSL, secured(tls)), PATIENTLY)).isEqualTo(1);
  }

  @Test
  void whoeverNeitherLogsInNorEncryptsIsLetInWhereThatIsSo() {
    var settings = broker.at(Listener.PLAINTEXT, KafkaSecurity.NONE);
    assertThat(ClusterCheck.brokers(settings, PATIENTLY)).isEqualTo(1);
  }

  @Test
  void anotherAuthorityIsTold() {
    var tls = new Tls(strangers.authority(), null, null);
    var login = new Login(Mechanism.SCRAM_SHA_512, Brokers.GUEST);
    var settings = broker.at(Listener.SASL_SSL, new KafkaSecurity(login, tls));
    assertThat(refusal(settings, PATIENTLY))
        .startsWith(
            "Kafka at "
                + settings.bootstrap()
                + ": the broker's certificate is not by the"
                + " authority that is trusted (")
        .doesNotContain("\n");
  }

  @Test
  void anotherAuthorityOfTheSameNameIsTold() throws Exception {
    var namesake = TestCertificates.make(Files.createDirectory(shared.resolve("same")), "right");
    var settings = broker.at(Listener.SSL, secured(new Tls(namesake.authority(), null, null)));
    assertThat(refusal(settings, PATIENTLY)).contains(": the broker's certificate is not by the ");
  }

  @Test
  void aCertificateOfAnotherHostIsTold() {
    var settings = broker.at(Listener.SASL_SSL, trusting(Brokers.GUEST));
    var named =
        new KafkaSettings(
            settings.bootstrap().replace("127.0.0.1", "localhost"), settings.security(), 1);
    assertThat(refusal(named, PATIENTLY))
        .startsWith("Kafka at " + named.bootstrap() + ": the broker's certificate is for another");
  }

  @Test
  void aCertificateThatIsMissingOrOfAnotherAuthorityIsTold() {
    var none = new Tls(certificates.authority(), null, null);
    assertThat(refusal(broker.at(Listener.SSL, secured(none)), PATIENTLY))
        .contains(": the broker wants a certificate, or another one (");
    var other = new Tls(certificates.authority(), strangers.certificate(), strangers.key());
    assertThat(refusal(broker.at(Listener.SSL, secured(other)), PATIENTLY))
        .contains(": the broker wants a certificate, or another one (");
  }

  @Test
  void aWrongPasswordAndAnUnknownUserAreTold() {
    var known = new Credentials("known", "right");
    broker.know(Mechanism.SCRAM_SHA_512, known);
    for (var wrong : List.of(new Credentials("known", "wr0ng"), new Credentials("new", "wr0ng"))) {
      assertThat(refusal(broker.by(Mechanism.SCRAM_SHA_512, wrong), PATIENTLY))
          .contains(": the user or the password is wrong (")
          .doesNotContain("wr0ng");
    }
  }

  @Test
  void aMechanismThatTheListenerDoesNotHaveIsTold() {
    assertThat(refusal(broker.by(Mechanism.PLAIN, Brokers.OWNER), PATIENTLY))
        .contains("'PLAIN'", "SCRAM-SHA-512");
  }

  @Test
  void aLoginWhereNobodyLogsInIsTold() {
    var settings = broker.at(Listener.PLAINTEXT, KafkaSecurity.loopback(Brokers.OWNER));
    assertThat(refusal(settings, PATIENTLY)).contains(": the listener there takes no login (");
  }

  @Test
  void whoDoesNotEncryptAtAListenerThatDoesIsTold() {
    var settings = broker.at(Listener.SASL_SSL, KafkaSecurity.loopback(Brokers.OWNER));
    assertThat(refusal(settings, SHORTLY))
        .isEqualTo(
            "Kafka at " + settings.bootstrap() + ": it speaks TLS, which sasl_plaintext does not");
  }

  @Test
  void whoEncryptsAtAListenerThatDoesNotIsTold() {
    var settings = broker.at(Listener.SASL_PLAINTEXT, trusting(Brokers.OWNER));
    assertThat(refusal(settings, SHORTLY))
        .isEqualTo(
            "Kafka at " + settings.bootstrap() + ": it does not speak TLS, which sasl_ssl does");
  }

  @Test
  void whoDoesNotLogInWhereOneMustIsTold() {
    var settings = broker.at(Listener.SASL_PLAINTEXT, KafkaSecurity.NONE);
    assertThat(refusal(settings, SHORTLY))
        .endsWith(": no answer within 2 s: is it a broker, and does it take plaintext there?");
  }

  @Test
  void aBrokerThatIsNotThereIsTold() {
    var settings = new KafkaSettings("127.0.0.1:" + Brokers.freePort(), trusting(Brokers.GUEST), 1);
    assertThat(refusal(settings, SHORTLY))
        .isEqualTo(
            "Kafka at %s: nobody takes connections there (%1$s: Connection refused)"
                .formatted(settings.bootstrap()));
  }

  @Test
  void whoeverTakesConnectionsAndSaysNothingIsTold() throws Exception {
    try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var settings =
          new KafkaSettings("127.0.0.1:" + mute.getLocalPort(), trusting(Brokers.GUEST), 1);
      assertThat(refusal(settings, SHORTLY))
          .isEqualTo(settings.name() + ": it takes connections, but says nothing");
    }
  }

  @Test
  void aTopicThatIsMissingIsTold() {
    try (var bus = new KafkaBus(broker.owner())) {
      assertThat(catchThrowableOfType(BusException.class, () -> bus.partitions("nothing")))
          .hasMessage(
              broker.owner().name()
                  + ": cannot describe topic nothing: there is none; `millrace topics` makes all"
                  + " of them");
    }
  }

  @Test
  void aHostThatNobodyKnowsIsTold() {
    var settings = new KafkaSettings("nowhere.invalid:9092", trusting(Brokers.GUEST), 1);
    assertThat(refusal(settings, SHORTLY))
        .startsWith("Kafka at nowhere.invalid:9092: ")
        .contains("bootstrap");
    assertThat(catchThrowableOfType(BusException.class, () -> new KafkaBus(settings).close()))
        .hasMessageStartingWith("Kafka at nowhere.invalid:9092: ");
  }

  private static KafkaSecurity secured(Tls tls) {
    return new KafkaSecurity(null, tls);
  }

  private static KafkaSecurity trusting(Credentials credentials) {
    return new KafkaSecurity(
        new Login(Mechanism.SCRAM_SHA_512, credentials),
        new Tls(certificates.authority(), null, null));
  }

  private static String refusal(KafkaSettings settings, Duration within) {
    @Nullable BusException refused =
        catchThrowableOfType(BusException.class, () -> ClusterCheck.brokers(settings, within));
    assertThat(refused).as("refused").isNotNull();
    return String.valueOf(refused.getMessage());
  }
}
