package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.ClusterCheck;
import dev.millrace.bus.kafka.ClusterUser;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSecurity;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.kafka.Tls;
import dev.millrace.events.Topics;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.coordination.EtcdSettings;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.LocalCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The local cluster, with two of every role: it works, and nobody may do what it need not. */
@ExtendWith(SharedCluster.class)
final class ClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SPEC =
      """
      {"name": "run", "tasks": [{"name": "t", "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  private final LocalCluster cluster;

  ClusterIT(LocalCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void whatIsAskedOfOneGatewayIsRunAndSeenAtTheOther() throws Exception {
    Api one = cluster.api(1);
    one.createProject("works");
    var runs =
        IntStream.range(0, 8)
            .mapToObj(_ -> one.createRun("works", SPEC.getBytes(StandardCharsets.UTF_8)))
            .toList();
    var other = cluster.api(2);
    for (var run : runs) {
      long number = run.get(60, TimeUnit.SECONDS);
      assertThat(one.awaitEnd("works", number).get("result").asString()).isEqualTo("success");
      assertThat(other.awaitEnd("works", number).get("result").asString()).isEqualTo("success");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GATEWAY,     run-commands, run-events",
    "CONFIGSTORE, dead-letters, run-events",
    "RUNSERVICE,  dead-letters, config-events",
    "SCHEDULER,   run-commands, run-events",
    "EXECUTOR,    run-commands, run-events",
    "PUBLISHER,   run-commands, config-commands",
    "DATAMANAGER,             , run-events",
    "READER,                  , run-commands",
    "ADMIN,                   , run-events",
  })
  void aUserWritesWhereItMustAndNowhereElse(
      ClusterUser user, @Nullable String allowed, String forbidden) throws Exception {
    try (var bus = new KafkaBus(cluster.kafka(user))) {
      if (allowed != null) {
        append(bus, allowed);
      }
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> append(bus, forbidden))
          .withCauseInstanceOf(BusException.class)
          .withStackTraceContaining("AuthorizationException");
    }
  }

  @Test
  void onlyTheDatamanagerDeletesRecords() throws Exception {
    var commands = new TopicPartition(Topics.CONFIG_COMMANDS.name(), 0);
    try (var datamanager = new KafkaBus(cluster.kafka(ClusterUser.DATAMANAGER));
        var configstore = new KafkaBus(cluster.kafka(ClusterUser.CONFIGSTORE))) {
      datamanager.trim(commands, 0).toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(
              () -> configstore.trim(commands, 0).toCompletableFuture().get(60, TimeUnit.SECONDS))
          .withStackTraceContaining("AuthorizationException");
    }
  }

  @Test
  void allTopicsAreThereAndTheAdministratorChangesNothingWhenItMakesThemAgain() throws Exception {
    try (var installation = Spoken.installation();
        var bus = new KafkaBus(cluster.kafka(ClusterUser.GATEWAY))) {
      assertThat(bus.partitions(Topics.RUN_EVENTS.name())).isEqualTo(16);
      assertThat(bus.partitions(Topics.CONFIG_EVENTS.name())).isEqualTo(1);
      var config = cluster.directory().resolve("config").resolve("admin.yaml").toString();
      var again = installation.millrace("topics", "--config", config, "--acls");
      assertThat(again.expectSuccess())
          .contains("9 topics are there, 0 of them are new")
          .contains("all rights were given before");
      assertThat(installation.millrace("topics", "--config", config, "--partitions", "8").err())
          .contains("has 16 partitions, but 8 are configured");
    }
  }

  @Test
  void theDoctorLooksAtTheServicesAndAtWhoIsThere() throws Exception {
    try (var installation = Spoken.installation()) {
      var config = cluster.directory().resolve("config").resolve("datamanager-1.yaml").toString();
      assertThat(installation.millrace("doctor", "--config", config).expectSuccess())
          .contains("kafka: 3 brokers at 127.0.0.1:")
          .contains("etcd: answers", "gateway: 2", "runservice: 2", "executor: 2")
          .contains("git: one gateway has the hosted repositories", "all of it is there");
    }
  }

  @Test
  void aRoleMayNotMakeTopics() throws Exception {
    try (var installation = Spoken.installation()) {
      var config = cluster.directory().resolve("config").resolve("scheduler-1.yaml").toString();
      var refused = installation.millrace("topics", "--config", config, "--acls");
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("uthoriz");
    }
  }

  @Test
  void whoDoesNotEncryptOrLogInIsNotLetIn() throws Exception {
    var clients = "127.0.0.1:" + cluster.port("kafka-1");
    assertThat(refusal(clients, KafkaSecurity.NONE)).contains("it speaks TLS");
    var encrypting = new KafkaSecurity(null, new Tls(cluster.authority(), null, null));
    assertThat(refusal(clients, encrypting)).contains("no answer within");
    for (var inner : new String[] {"kafka-1-brokers", "kafka-1-controllers"}) {
      assertThat(refusal("127.0.0.1:" + cluster.port(inner), encrypting))
          .as(inner)
          .contains("the broker wants a certificate");
    }
    var trustingOthers =
        new KafkaSecurity(cluster.kafka(ClusterUser.READER).security().login(), Tls.DEFAULT);
    assertThat(refusal(clients, trustingOthers))
        .contains("the broker's certificate is not by the authority that is trusted");
  }

  private String refusal(String bootstrap, KafkaSecurity security) {
    try {
      int brokers =
          ClusterCheck.brokers(new KafkaSettings(bootstrap, security, 5), Duration.ofSeconds(3));
      return "let in, to " + brokers + " brokers";
    } catch (BusException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void etcdLetsMillraceInBelowItsPrefixAndNobodyElse() throws Exception {
    var login = new EtcdSettings.Login("millrace", cluster.secret("etcd-millrace"));
    try (var store = etcd("millrace", login)) {
      assertThat(store.compareAndSet("it/a", 0, "b".getBytes(StandardCharsets.UTF_8))).isPresent();
    }
    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> etcd("other", login).close())
        .withMessageContaining("permission denied");
    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> etcd("millrace", null).close())
        .withMessageContaining("user name is empty");
    var wrong = new EtcdSettings.Login("millrace", "wrong");
    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> etcd("millrace", wrong).close())
        .withMessageContaining("authentication failed");
  }

  private EtcdCoordinationStore etcd(String prefix, EtcdSettings.@Nullable Login login)
      throws Exception {
    var tls = new EtcdSettings.Tls(cluster.authority(), null, null);
    return EtcdCoordinationStore.open(
        new EtcdSettings(cluster.etcd(), prefix, login, tls), System::nanoTime);
  }

  @Test
  void oneBrokerMayBeMissing() throws Exception {
    Api api = cluster.api(1);
    api.createProject("goes-on");
    var partition = new TopicPartition(Topics.DEAD_LETTERS.name(), 1);
    try (var bus = new KafkaBus(cluster.kafka(ClusterUser.RUNSERVICE))) {
      cluster.kill("kafka-1");
      long without = append(bus, partition);
      long run = api.createRunInsistently("goes-on", SPEC, "goes-on", () -> true).orElseThrow();
      assertThat(api.awaitEnd("goes-on", run).get("result").asString()).isEqualTo("success");
      cluster.restart("kafka-1");
      assertThat(append(bus, partition)).isGreaterThan(without);
    }
  }

  @Test
  void nothingThatItKeepsMayBeReadByOthers() throws Exception {
    try (var files = Files.walk(cluster.directory())) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .endsWith("------");
      }
    }
  }

  private void append(KafkaBus bus, String topic) throws Exception {
    long _ = append(bus, new TopicPartition(topic, 0));
  }

  /** Again, as a role does, while another broker takes over; but not if it is refused. */
  private long append(KafkaBus bus, TopicPartition partition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (var appender = bus.appender("test")) {
        return appender
            .append(partition, null, "no message".getBytes(StandardCharsets.UTF_8))
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .offset();
      } catch (ExecutionException e) {
        Throwable cause = Objects.requireNonNull(e.getCause());
        boolean late = cause.getCause() instanceof TimeoutException;
        if (!late || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }
}
