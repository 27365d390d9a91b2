import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Creates a run by a record on {@code run-commands} and reads on {@code run-events} what was
 * decided. Nothing of Millrace is needed for it: a Kafka client and JSON.
 *
 * <p>Arguments: bootstrap, user, password (as {@code millrace up --kafka-listen} prints them), the
 * id of the project and of the user in whose name it is done (as {@code millrace project list} and
 * {@code millrace user list} show with {@code --output json}).
 */
public final class Publish {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 5) {
      System.err.println("usage: run BOOTSTRAP USER PASSWORD PROJECT_ID USER_ID");
      System.exit(2);
    }
    Map<String, Object> access = access(arguments[0], arguments[1], arguments[2]);
    String root = "project/" + arguments[3];
    String id = "publish-" + UUID.randomUUID().toString().substring(0, 13);

    try (var consumer =
            new KafkaConsumer<>(access, new StringDeserializer(), new StringDeserializer());
        var producer =
            new KafkaProducer<>(access, new StringSerializer(), new StringSerializer())) {
      // The decision comes after everything that is on the ledger now.
      List<TopicPartition> ledger =
          consumer.partitionsFor("run-events").stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(ledger);
      consumer.seekToEnd(ledger);
      ledger.forEach(consumer::position);

      // The key chooses the partition: Kafka's own choice for it is the right one.
      producer
          .send(new ProducerRecord<>("run-commands", root, command(id, root, arguments[4])))
          .get();
      System.out.println("published command " + id);

      Instant deadline = Instant.now().plus(PATIENCE);
      while (Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          // One decision for every command, on the same partition; "cause" names the command.
          if (record.value().contains("\"id\":\"" + id + "\"")
              && record.value().contains("\"kind\":\"decision\"")) {
            System.out.println("decided: " + record.value());
            boolean accepted = record.value().contains("\"status\":\"accepted\"");
            System.out.println(accepted ? "accepted" : "rejected");
            System.exit(accepted ? 0 : 1);
          }
        }
      }
    }
    System.err.println("no decision within " + PATIENCE.toSeconds() + " s");
    System.exit(75);
  }

  private static Map<String, Object> access(String bootstrap, String user, String password) {
    return Map.of(
        "bootstrap.servers", bootstrap,
        "security.protocol", "SASL_PLAINTEXT",
        "sasl.mechanism", "PLAIN",
        "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
                + user
                + "\" password=\""
                + password
                + "\";",
        "acks", "all",
        // the publisher may write commands; it has no right to what idempotence needs
        "enable.idempotence", "false",
        "isolation.level", "read_committed");
  }

  private static String command(String id, String root, String user) {
    String run =
        """
        {"name": "published", "group": "/%s/direct",
         "annotations": {"trigger": "topic"}, "setup_errors": [],
         "static_environment": {"CI": "true"}, "environment": {},
         "tasks": [
           {"name": "hello", "depends": [], "environment": {}, "needs_approval": false,
            "ignore_failure": false, "skip": false,
            "steps": [{"type": "run", "name": "say hello", "environment": {},
                       "command": "echo hello from a topic"}]}]}
        """
            .formatted(root);
    return """
    {"id": "%s", "made": "%s", "actor": {"kind": "user", "id": "%s"}, "waited": true,
     "command": {"type": "create-runs", "v": 1, "root": "%s", "runs": [%s], "reason": ""}}
    """
        .formatted(
            id, Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS), user, root, run);
  }
}
