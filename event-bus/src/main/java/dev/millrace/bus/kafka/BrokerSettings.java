package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** The embedded broker's own settings: small, on loopback, nobody without a password. */
record BrokerSettings(EmbeddedBroker.Settings asked, int port, int controllerPort) {
  static final int NODE = 1;
  static final String CONTROLLER = "CONTROLLER";
  private static final String INTERNAL = "INTERNAL";
  private static final String EXTERNAL = "EXTERNAL";
  private static final String HOST = "127.0.0.1";

  /** Settles the ports. */
  static BrokerSettings choose(EmbeddedBroker.Settings asked) {
    try (var broker = bound(asked.port());
        var controller = bound(0)) {
      return new BrokerSettings(asked, broker.getLocalPort(), controller.getLocalPort());
    } catch (IOException e) {
      throw new BusException(
          "port %d on %s is taken: choose another for the broker".formatted(asked.port(), HOST), e);
    }
  }

  private static ServerSocket bound(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.ofLiteral(HOST));
  }

  Properties properties() {
    var properties = new Properties();
    identity().forEach(properties::setProperty);
    listeners().forEach(properties::setProperty);
    FIXED.forEach(properties::setProperty);
    return properties;
  }

  private Map<String, String> identity() {
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        "" + NODE,
        "controller.quorum.voters",
        NODE + "@" + HOST + ":" + controllerPort,
        "log.dirs",
        asked.directory().toString(),
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users",
        "User:" + asked.owner().user());
  }

  private Map<String, String> listeners() {
    var bound = new ArrayList<String>();
    var advertised = new ArrayList<String>();
    var protocols = new ArrayList<String>();
    var properties = new HashMap<String, String>();
    bound.add(CONTROLLER + "://" + HOST + ":" + controllerPort);
    for (var name : new String[] {CONTROLLER, INTERNAL}) {
      protocols.add(name + ":SASL_PLAINTEXT");
      properties.put(login(name), Jaas.listener(asked.owner()));
    }
    bound.add(INTERNAL + "://" + HOST + ":" + port);
    advertised.add(INTERNAL + "://" + HOST + ":" + port);
    var external = asked.external();
    if (external != null) {
      protocols.add(EXTERNAL + ":SASL_PLAINTEXT");
      properties.put(login(EXTERNAL), Jaas.listener(external.credentials()));
      bound.add(EXTERNAL + "://" + external.bind());
      advertised.add(EXTERNAL + "://" + external.advertised());
    }
    properties.put("listeners", String.join(",", bound));
    properties.put("advertised.listeners", String.join(",", advertised));
    properties.put("listener.security.protocol.map", String.join(",", protocols));
    properties.put("controller.listener.names", CONTROLLER);
    properties.put("inter.broker.listener.name", INTERNAL);
    properties.put("sasl.enabled.mechanisms", "PLAIN");
    properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    properties.put("sasl.mechanism.controller.protocol", "PLAIN");
    return properties;
  }

  private static String login(String listener) {
    return "listener.name." + listener.toLowerCase(Locale.ROOT) + ".plain.sasl.jaas.config";
  }

  private static final String UNWATCHED =
      "kafka\\.(log|cluster):.*,partition=.*"
          + "|kafka\\.network:type=RequestMetrics,.*,request=(?!Produce|Fetch).*";

  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("unclean.leader.election.enable", "false"),
          Map.entry("default.replication.factor", "1"),
          // A broker that signs off can come back at once. The place of one that was killed stays
          // taken for the session (9 s by default), and a stall of that length interrupts everyone.
          Map.entry("controlled.shutdown.enable", "true"),
          Map.entry("broker.session.timeout.ms", "3000"),
          // Two pass before a broker that starts takes part; each costs an idle one something.
          Map.entry("broker.heartbeat.interval.ms", "200"),
          Map.entry("controller.quorum.election.timeout.ms", "200"),
          Map.entry("initial.broker.registration.timeout.ms", "60000"),
          // No record every half second that says nothing happened.
          Map.entry("metadata.max.idle.interval.ms", "0"),
          // Threads and memory of one small node.
          Map.entry("num.network.threads", "1"),
          Map.entry("num.io.threads", "2"),
          Map.entry("background.threads", "1"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("share.coordinator.threads", "1"),
          Map.entry("num.recovery.threads.per.data.dir", "2"),
          Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
          Map.entry("log.segment.bytes", "16777216"),
          Map.entry("log.index.size.max.bytes", "262144"),
          Map.entry("connections.max.idle.ms", "86400000"),
          Map.entry("socket.request.max.bytes", "33554432"),
          // Left to the system, which lets them grow with what is sent; Kafka's own sizes are
          // fixed.
          Map.entry("socket.send.buffer.bytes", "-1"),
          Map.entry("socket.receive.buffer.bytes", "-1"),
          Map.entry("metric.reporters", ""),
          // Nine of ten beans, of each partition and each kind of request; to make them would take
          // a tenth of every start. What is left tells of topics, and of appends and reads.
          Map.entry("metrics.jmx.exclude", UNWATCHED),
          // Topics that Kafka makes for itself when somebody uses a group or a transaction.
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("group.initial.rebalance.delay.ms", "0"));
}
