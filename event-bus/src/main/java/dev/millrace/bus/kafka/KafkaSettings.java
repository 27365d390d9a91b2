package dev.millrace.bus.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How to reach a cluster.
 *
 * @param bootstrap {@code host:port}, several separated by commas
 * @param inFlight unanswered requests per appender: 1 where every append is flushed (they are
 *     gathered meanwhile), else up to 5
 */
public record KafkaSettings(String bootstrap, KafkaSecurity security, int inFlight) {
  /** The most one record may hold, on the topics and in every client. */
  static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

  static final int BUFFER_BYTES = 32 * 1024 * 1024;

  /**
   * How long to wait for a broker that is silent before another one is asked: the cluster itself
   * takes nine seconds to do without it.
   */
  static final Duration SILENCE = Duration.ofSeconds(10);

  /** The same where no other broker is known: on a busy machine one may answer late. */
  private static final Duration SILENCE_OF_ONE = Duration.ofSeconds(30);

  /** How often to ask who leads a partition, though nothing seems wrong. */
  private static final Duration LEADERS_ANEW = Duration.ofSeconds(10);

  public KafkaSettings {
    if (inFlight < 1 || inFlight > 5) {
      throw new IllegalArgumentException("in flight: 1 to 5, not " + inFlight);
    }
  }

  /** A broker on loopback, or beside it in a trusted network: a password, not encrypted. */
  public KafkaSettings(String bootstrap, Credentials credentials, int inFlight) {
    this(bootstrap, KafkaSecurity.loopback(credentials), inFlight);
  }

  /** The cluster as it is named in sentences. */
  public String name() {
    return "Kafka at " + bootstrap;
  }

  /** The addresses, one by one. */
  List<String> bootstrapServers() {
    return List.of(bootstrap.split(",", -1));
  }

  /** Fails with {@link dev.millrace.bus.BusException} if a certificate cannot be read. */
  Map<String, Object> admin(String clientId) {
    var map = new HashMap<String, Object>();
    map.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    map.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    map.putAll(security.settings());
    map.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 20);
    map.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    map.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 50);
    map.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
    // Many clients live in one process: no registry of beans, no telemetry, connections kept.
    map.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    map.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    map.put(CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG, -1);
    map.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) silence().toMillis());
    // As large as the system makes them; see the broker's.
    map.put(CommonClientConfigs.SEND_BUFFER_CONFIG, -1);
    map.put(CommonClientConfigs.RECEIVE_BUFFER_CONFIG, -1);
    return map;
  }

  private Duration silence() {
    return bootstrap.indexOf(',') < 0 ? SILENCE_OF_ONE : SILENCE;
  }

  Map<String, Object> producer(String clientId) {
    var map = admin(clientId);
    map.put(ProducerConfig.ACKS_CONFIG, "all");
    map.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // No record waits for others: those that come while a request is in flight travel together.
    map.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // With one request in flight this is what one flush carries for a partition.
    map.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    map.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    map.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    // Long enough for a first connection over TLS, and for a partition to get another leader.
    map.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    map.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, inFlight);
    map.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
    map.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
    // A topic once known stays known: forgetting it would make a later append wait for the broker.
    // The producer adds this to the time of day, so the largest number there is would mean never.
    map.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(3_650).toMillis());
    return map;
  }

  Map<String, Object> consumer(String clientId, Duration fetchWait) {
    var map = admin(clientId);
    map.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) silence().plus(fetchWait).toMillis());
    // A broker that is cut off from the others goes on answering that there is nothing new.
    map.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, (int) LEADERS_ANEW.toMillis());
    map.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    map.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    map.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    map.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    map.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    map.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) fetchWait.toMillis());
    map.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * MAX_RECORD_BYTES);
    map.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024 * 1024);
    map.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
    return map;
  }
}
