package dev.millrace.bus.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * One broker of a cluster of several, in a JVM of its own: for trying out a cluster on one machine.
 * It formats its storage when it starts for the first time, so that a password is no argument of
 * anything. What it is not told it has as a broker of Kafka's own distribution has it.
 */
public final class ClusterBroker {
  private ClusterBroker() {}

  /**
   * Runs until the process is told to end.
   *
   * @param arguments a file of Kafka's settings, with one directory in {@code log.dirs}; the id of
   *     the cluster; a file of users, a line {@code NAME PASSWORD} for each, of letters and digits
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: ClusterBroker SETTINGS CLUSTER_ID USERS");
      System.exit(2);
    }
    var properties = new Properties();
    try (var in = Files.newBufferedReader(Path.of(arguments[0]))) {
      properties.load(in);
    }
    var config = KafkaConfig.fromProps(properties, false);
    new NodeStorage(
            arguments[1],
            config.nodeId(),
            config.controllerListenerNames().getFirst(),
            users(Path.of(arguments[2])))
        .formatOnce(Path.of(config.logDirs().getFirst()));
    run(new KafkaRaftServer(config, Time.SYSTEM));
  }

  private static List<Credentials> users(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.split(" ", 2))
        .map(words -> new Credentials(words[0], words[1]))
        .toList();
  }

  private static void run(KafkaRaftServer server) {
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
    server.startup();
    server.awaitShutdown();
  }
}
