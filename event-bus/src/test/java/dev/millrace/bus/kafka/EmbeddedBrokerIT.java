package dev.millrace.bus.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class EmbeddedBrokerIT {
  private static final TopicPartition COMMANDS = first(Topics.RUN_COMMANDS);
  private static final TopicPartition EVENTS = first(Topics.RUN_EVENTS);

  private Path directory;
  private EmbeddedBroker broker;
  private KafkaSettings guest;

  @BeforeAll
  void start(@TempDir Path temporary) {
    directory = temporary;
    int port = Brokers.freePort();
    var external = new ExternalListener("127.0.0.1", port, "localhost", Brokers.GUEST);
    broker = EmbeddedBroker.start(Brokers.settings(directory, external));
    TopicCreator.create(broker.clients(), TopicPlan.embedded(1));
    guest = new KafkaSettings(broker.externalBootstrap().orElseThrow(), Brokers.GUEST, 5);
    assertThat(guest.bootstrap()).isEqualTo("localhost:" + port);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void aClientWithoutCredentialsIsRefused() {
    var anonymous = new HashMap<>(broker.clients().admin("anonymous"));
    anonymous.keySet().removeIf(key -> key.startsWith("sasl."));
    anonymous.put("security.protocol", "PLAINTEXT");

    assertThat(refusal(anonymous))
        .isInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
  }

  @Test
  void aClientWithAWrongPasswordIsRefused() {
    var wrong = new Credentials(Brokers.OWNER.user(), "wrong0wrong0wrong0");
    var settings = new KafkaSettings(broker.clients().bootstrap(), wrong, 1);

    assertThat(refusal(settings.admin("wrong"))).isInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void theControllerRefusesClientsWithoutCredentialsToo() {
    var controller = new HashMap<>(broker.clients().admin("controller"));
    controller.keySet().removeIf(key -> key.startsWith("sasl."));
    controller.put("security.protocol", "PLAINTEXT");
    controller.remove("bootstrap.servers");
    controller.put("bootstrap.controllers", "127.0.0.1:" + broker.controllerPort());

    assertThat(refusal(controller)).isInstanceOf(KafkaException.class);
  }

  @Test
  void eachListenerAcceptsItsOwnUserOnly() {
    var ownerOutside = new KafkaSettings(guest.bootstrap(), Brokers.OWNER, 1);
    var guestInside = new KafkaSettings(broker.clients().bootstrap(), Brokers.GUEST, 1);

    assertThat(refusal(ownerOutside.admin("owner")))
        .isInstanceOf(SaslAuthenticationException.class);
    assertThat(refusal(guestInside.admin("guest"))).isInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void aGuestMayWriteCommandsAndReadEvents() throws Exception {
    try (var inside = new KafkaBus(broker.clients());
        var outside = new KafkaBus(guest)) {
      Brokers.append(inside, EVENTS, "decided");
      Brokers.append(outside, COMMANDS, "asked");

      assertThat(Brokers.read(outside, EVENTS)).contains("decided");
      assertThat(Brokers.read(inside, COMMANDS)).contains("asked");
    }
  }

  @Test
  void aGuestMayNotWriteEvents() throws Exception {
    try (var inside = new KafkaBus(broker.clients());
        var outside = new KafkaBus(guest)) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> Brokers.append(outside, EVENTS, "forged"))
          .withCauseInstanceOf(BusException.class)
          .withRootCauseInstanceOf(TopicAuthorizationException.class);
      assertThat(Brokers.read(inside, EVENTS)).doesNotContain("forged");
    }
  }

  @Test
  void aGuestMayNotReadCommandsAndSeesNoOtherTopic() throws Exception {
    try (var inside = new KafkaBus(broker.clients());
        var outside = new KafkaBus(guest);
        var admin = Admin.create(guest.admin("guest"))) {
      Brokers.append(inside, COMMANDS, "secret");
      assertThat(admin.listTopics().names().get())
          .containsExactlyInAnyOrder("run-commands", "run-events");
      assertThatExceptionOfType(BusException.class)
          .isThrownBy(() -> Brokers.read(outside, COMMANDS))
          .withRootCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void theDirectoryIsTheOwnersAlone() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("kafka"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aPortThatIsTakenIsTold(@TempDir Path other) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = taken.getLocalPort();
      var settings = new EmbeddedBroker.Settings(other.resolve("kafka"), port, Brokers.OWNER, null);

      assertThatExceptionOfType(BusException.class)
          .isThrownBy(() -> EmbeddedBroker.start(settings))
          .withMessage("port " + port + " on 127.0.0.1 is taken: choose another for the broker");
    }
  }

  private static Throwable refusal(Map<String, Object> settings) {
    try (var admin = Admin.create(settings)) {
      var options = new org.apache.kafka.clients.admin.DescribeClusterOptions().timeoutMs(3000);
      admin.describeCluster(options).nodes().get(20, TimeUnit.SECONDS);
      throw new AssertionError("was let in");
    } catch (ExecutionException e) {
      return requireNonNull(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static TopicPartition first(Topics.Topic topic) {
    return new TopicPartition(topic.name(), 0);
  }
}
