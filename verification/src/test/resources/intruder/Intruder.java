import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a task might try that wants more than it is given. Prints a line for each: "could ..." or
 * "refused ...". Arguments: bootstrap of the broker, user and password for it, address and token of
 * the run service, then files and folders.
 */
public final class Intruder {
  private static final String NONE = "-";

  public static void main(String[] arguments) {
    Map<String, Object> anonymous = new HashMap<>();
    anonymous.put("bootstrap.servers", arguments[0]);
    anonymous.put("request.timeout.ms", 2000);
    anonymous.put("default.api.timeout.ms", 3000);
    anonymous.put("max.block.ms", 3000L);
    anonymous.put("delivery.timeout.ms", 3000);
    anonymous.put("enable.idempotence", false);
    broker("nobody", anonymous);
    for (String password : List.of(arguments[2], "millrace", "")) {
      Map<String, Object> guess = new HashMap<>(anonymous);
      guess.put("security.protocol", "SASL_PLAINTEXT");
      guess.put("sasl.mechanism", "PLAIN");
      guess.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
              .formatted(arguments[1], password));
      broker(arguments[1], guess);
    }
    attempt("list runs as nobody", () -> answers(arguments[3] + "/runs", NONE));
    attempt("list runs with a token", () -> answers(arguments[3] + "/runs", arguments[4]));
    for (String path : List.of(arguments).subList(5, arguments.length)) {
      attempt("read " + path, () -> reads(Path.of(path)));
    }
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      if (variable.getValue().contains("mrt_") || variable.getKey().startsWith("GIT_CONFIG")) {
        System.out.println("could see a token in " + variable.getKey());
      }
    }
    System.out.println("done");
    System.exit(0);
  }

  private static void broker(String who, Map<String, Object> access) {
    attempt("list topics as " + who, () -> topics(access).contains("run-events"));
    attempt("write to run-events as " + who, () -> writes(access));
  }

  private static Set<String> topics(Map<String, Object> access) throws Exception {
    Map<String, Object> settings = new HashMap<>(access);
    settings
        .keySet()
        .removeAll(Set.of("max.block.ms", "delivery.timeout.ms", "enable.idempotence"));
    try (var admin = Admin.create(settings)) {
      return admin.listTopics().names().get();
    }
  }

  private static boolean writes(Map<String, Object> access) throws Exception {
    try (var producer =
        new KafkaProducer<>(access, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("run-events", "project/x", "forged")).get();
      return true;
    }
  }

  private static boolean answers(String address, String token) throws IOException {
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setRequestProperty("Millrace-Actor", "system:intruder");
    if (!token.equals(NONE)) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection.getResponseCode() == 200;
  }

  private static boolean reads(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (var files = Files.list(path)) {
        return files.findAny().isPresent();
      }
    }
    return Files.readAllBytes(path).length > 0;
  }

  private static void attempt(String what, Callable<Boolean> deed) {
    try {
      System.out.println((deed.call() ? "could " : "refused: ") + what);
    } catch (Exception e) {
      System.out.println("refused: " + what + " (" + e.getClass().getSimpleName() + ")");
    }
  }
}
