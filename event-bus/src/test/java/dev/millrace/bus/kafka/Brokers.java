package dev.millrace.bus.kafka;

import java.nio.file.Path;

/** Settings of brokers for tests. */
final class Brokers {
  static final Credentials OWNER = new Credentials("millrace", "0123456789abcdefOwner");
  static final Credentials GUEST = new Credentials("guest", "0123456789abcdefGuest");

  private Brokers() {}

  static EmbeddedBroker.Settings settings(Path directory) {
    return new EmbeddedBroker.Settings(directory.resolve("kafka"), 0, OWNER, null);
  }
}
