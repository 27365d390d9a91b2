package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A whole Kafka cluster of one node (broker and controller) inside this JVM. Its classes are not
 * Kafka's public API, so nothing else of ours touches them. An error from which the broker cannot
 * recover ends the JVM.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final BrokerSettings settings;

  private EmbeddedBroker(KafkaRaftServer server, BrokerSettings settings) {
    this.server = server;
    this.settings = settings;
  }

  /**
   * What to start.
   *
   * @param directory for everything the broker keeps; made if missing; one broker at a time
   * @param port on loopback; 0 for any free one
   * @param owner whom the loopback listeners accept; may do everything
   * @param external a further listener for others
   */
  public record Settings(
      Path directory, int port, Credentials owner, @Nullable ExternalListener external) {}

  /** Blocks until clients can connect. Fails with {@link BusException}, then nothing is left. */
  public static EmbeddedBroker start(Settings settings) {
    var chosen = BrokerSettings.choose(settings);
    var server = startServer(chosen);
    var broker = new EmbeddedBroker(server, chosen);
    if (settings.external() != null) {
      settings.external().allow(broker.clients());
    }
    return broker;
  }

  /** How clients in this process, or others that know the credentials, reach the broker. */
  public KafkaSettings clients() {
    return new KafkaSettings(
        "127.0.0.1:" + settings.port(), settings.asked().owner(), /* inFlight= */ 1);
  }

  /** Where the external listener is reached, if there is one. */
  public Optional<String> externalBootstrap() {
    return Optional.ofNullable(settings.asked().external()).map(ExternalListener::advertised);
  }

  int controllerPort() {
    return settings.controllerPort();
  }

  /** Stops the broker and waits until its files are closed. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static KafkaRaftServer startServer(BrokerSettings settings) {
    KafkaRaftServer server = null;
    try {
      new NodeStorage(
              Uuid.randomUuid().toString(),
              BrokerSettings.NODE,
              BrokerSettings.CONTROLLER,
              List.of())
          .formatOnce(settings.asked().directory());
      server =
          new KafkaRaftServer(KafkaConfig.fromProps(settings.properties(), false), Time.SYSTEM);
      server.startup();
      return server;
    } catch (Exception e) {
      if (server != null) {
        server.shutdown();
      }
      throw Wire.failure("the embedded broker does not start", e);
    }
  }
}
