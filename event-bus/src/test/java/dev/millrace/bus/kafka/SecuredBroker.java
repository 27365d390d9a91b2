package dev.millrace.bus.kafka;

import dev.millrace.bus.kafka.Login.Mechanism;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** A broker with a listener for each way to be secure; nobody may do what no right allows. */
final class SecuredBroker implements AutoCloseable {
  private static final String CONTROLLER = "CONTROLLER";

  /** What its listeners want of a client. */
  enum Listener {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL
  }

  private final KafkaRaftServer server;
  private final Map<Listener, Integer> ports;
  private final TestCertificates certificates;

  private SecuredBroker(
      KafkaRaftServer server, Map<Listener, Integer> ports, TestCertificates certificates) {
    this.server = server;
    this.ports = ports;
    this.certificates = certificates;
  }

  static SecuredBroker start(Path directory, TestCertificates certificates) throws Exception {
    var ports =
        Map.of(
            Listener.PLAINTEXT, Brokers.freePort(),
            Listener.SSL, Brokers.freePort(),
            Listener.SASL_PLAINTEXT, Brokers.freePort(),
            Listener.SASL_SSL, Brokers.freePort());
    var properties = properties(directory, Brokers.freePort(), ports, certificates);
    new NodeStorage(Uuid.randomUuid().toString(), 1, CONTROLLER, List.of()).formatOnce(directory);
    var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
    return new SecuredBroker(server, ports, certificates);
  }

  private static Properties properties(
      Path directory, int controller, Map<Listener, Integer> ports, TestCertificates certificates)
      throws Exception {
    var text = new StringBuilder();
    for (var listener : ports.entrySet()) {
      text.append("%s://127.0.0.1:%d,".formatted(listener.getKey(), listener.getValue()));
    }
    var properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    properties.put("log.dirs", directory.toString());
    properties.put("listeners", text + CONTROLLER + "://127.0.0.1:" + controller);
    properties.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,"
            + "CONTROLLER:SASL_PLAINTEXT");
    properties.put("controller.listener.names", CONTROLLER);
    properties.put("inter.broker.listener.name", Listener.SASL_PLAINTEXT.name());
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:" + Brokers.OWNER.user());
    properties.put("sasl.enabled.mechanisms", "PLAIN");
    properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    properties.put("sasl.mechanism.controller.protocol", "PLAIN");
    for (var name : List.of("controller", "sasl_plaintext")) {
      properties.put(
          "listener.name." + name + ".plain.sasl.jaas.config", Jaas.listener(Brokers.OWNER));
    }
    properties.put("listener.name.sasl_ssl.sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512");
    for (var mechanism : List.of("scram-sha-256", "scram-sha-512")) {
      properties.put(
          "listener.name.sasl_ssl." + mechanism + ".sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    for (var name : List.of("ssl", "sasl_ssl")) {
      var prefix = "listener.name." + name + ".";
      properties.put(prefix + "ssl.keystore.type", "PEM");
      properties.put(
          prefix + "ssl.keystore.certificate.chain", Files.readString(certificates.certificate()));
      properties.put(prefix + "ssl.keystore.key", Files.readString(certificates.key()));
      properties.put(prefix + "ssl.truststore.type", "PEM");
      properties.put(
          prefix + "ssl.truststore.certificates", Files.readString(certificates.authority()));
    }
    properties.put("listener.name.ssl.ssl.client.auth", "required");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("auto.create.topics.enable", "false");
    properties.put("log.cleaner.dedupe.buffer.size", "2097152");
    return properties;
  }

  /** Who may do everything. */
  KafkaSettings owner() {
    return at(Listener.SASL_PLAINTEXT, KafkaSecurity.loopback(Brokers.OWNER));
  }

  KafkaSettings at(Listener listener, KafkaSecurity security) {
    return new KafkaSettings("127.0.0.1:" + ports.get(listener), security, 5);
  }

  /** Over TLS with a password. */
  KafkaSettings by(Mechanism mechanism, Credentials credentials) {
    var tls = new Tls(certificates.authority(), null, null);
    return at(Listener.SASL_SSL, new KafkaSecurity(new Login(mechanism, credentials), tls));
  }

  /** Makes the user known for a mechanism with SCRAM. */
  void know(Mechanism mechanism, Credentials credentials) {
    var made =
        new UserScramCredentialUpsertion(
            credentials.user(),
            new ScramCredentialInfo(ScramMechanism.fromMechanismName(mechanism.word()), 4096),
            credentials.password());
    try (var admin = Admin.create(owner().admin("test-users"))) {
      admin.alterUserScramCredentials(List.of(made)).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
