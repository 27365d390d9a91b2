package dev.millrace.bus.kafka;

import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brokers for tests, and what is on them. */
final class Brokers {
  static final Credentials OWNER = new Credentials("millrace", "0123456789abcdefOwner");
  static final Credentials GUEST = new Credentials("guest", "0123456789abcdefGuest");

  private Brokers() {}

  static EmbeddedBroker.Settings settings(Path directory) {
    return settings(directory, null);
  }

  static EmbeddedBroker.Settings settings(Path directory, @Nullable ExternalListener external) {
    return new EmbeddedBroker.Settings(directory.resolve("kafka"), 0, OWNER, external);
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long append(Bus bus, TopicPartition partition, String text) throws Exception {
    try (var appender = bus.appender("test")) {
      return appender
          .append(partition, null, text.getBytes(StandardCharsets.UTF_8))
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS)
          .offset();
    }
  }

  /** All that is on the partition. */
  static List<String> read(Bus bus, TopicPartition partition) throws Exception {
    var extent = bus.extent(partition).toCompletableFuture().get(20, TimeUnit.SECONDS);
    var texts = new ArrayList<String>();
    try (var follower = bus.follower("test")) {
      follower.assign(partition, extent.start());
      while (follower.position(partition) < extent.end()) {
        for (var record : follower.poll(Duration.ofSeconds(1))) {
          texts.add(new String(record.value(), StandardCharsets.UTF_8));
        }
      }
    }
    return texts;
  }
}
