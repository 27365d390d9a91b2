package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.CredentialsFile;
import dev.millrace.bus.kafka.EmbeddedBroker;
import dev.millrace.bus.kafka.ExternalListener;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.kafka.TopicCreator;
import dev.millrace.bus.kafka.TopicPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The embedded broker of a data directory, with all topics. */
final class Broker implements AutoCloseable {
  private static final int PARTITIONS = 16;
  private static final String OWNER = "millrace";
  private static final String OUTSIDER = "publisher";

  private final EmbeddedBroker embedded;
  private final Credentials owner;
  private final @Nullable KafkaAccess access;

  private Broker(EmbeddedBroker embedded, Credentials owner, @Nullable KafkaAccess access) {
    this.embedded = embedded;
    this.owner = owner;
    this.access = access;
  }

  static Broker start(DataDirectory data, Optional<String> listen, Randomness random)
      throws StartException {
    try {
      Path secrets = data.directory("secrets");
      var owner = CredentialsFile.readOrMake(secrets.resolve("kafka"), OWNER, random::secret);
      ExternalListener external = null;
      KafkaAccess access = null;
      if (listen.isPresent()) {
        var credentials =
            CredentialsFile.readOrMake(
                secrets.resolve("kafka-publisher"), OUTSIDER, random::secret);
        external = listener(listen.get(), credentials);
        access = new KafkaAccess(listen.get(), credentials.user(), credentials.password());
      }
      var embedded =
          EmbeddedBroker.start(
              new EmbeddedBroker.Settings(
                  data.directory("kafka"), data.port("kafka"), owner, external));
      TopicCreator.create(embedded.clients(), TopicPlan.embedded(PARTITIONS));
      return new Broker(embedded, owner, access);
    } catch (IOException e) {
      throw new StartException("cannot use " + data.root() + ": " + DataDirectory.why(e), e);
    } catch (BusException e) {
      throw new StartException("the broker does not start: " + e.getMessage(), e);
    }
  }

  private static ExternalListener listener(String address, Credentials credentials)
      throws StartException {
    int colon = address.lastIndexOf(':');
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      String host = colon < 0 ? "" : address.substring(0, colon);
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw new NumberFormatException(address);
      }
      return new ExternalListener(host, port, host, credentials);
    } catch (NumberFormatException e) {
      throw new StartException(
          "--kafka-listen takes HOST:PORT, as 127.0.0.1:9092, not " + address, e);
    }
  }

  Bus bus() {
    return new KafkaBus(embedded.clients());
  }

  KafkaSettings clients() {
    return embedded.clients();
  }

  Credentials owner() {
    return owner;
  }

  Optional<KafkaAccess> access() {
    return Optional.ofNullable(access);
  }

  @Override
  public void close() {
    embedded.close();
  }
}
