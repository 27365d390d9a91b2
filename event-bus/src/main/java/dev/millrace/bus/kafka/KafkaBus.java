package dev.millrace.bus.kafka;

import static java.util.Objects.requireNonNull;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;

/**
 * The bus on a Kafka cluster: a producer per appender, a consumer per follower, one admin client
 * for the rest. Topics are made beforehand, by {@link TopicCreator}.
 */
public final class KafkaBus implements Bus {
  // A broker that has just started on a machine whose host gives it little answers late; 20 s were
  // seen to be too few. A part that does not start because of that has to be started again by hand.
  private static final int TIMEOUT_MS = 60_000;
  private static final int CONTACT_MS = 5_000;
  // How long the broker holds a fetch for which it has nothing. A consumer asks for more before it
  // hands out what it has, and what is assigned to it meanwhile waits for that fetch to come back.
  private static final Duration FOLLOWING = Duration.ofMillis(500);
  // Each such fetch that ends with nothing costs an idle machine about a millisecond.
  private static final Duration FOLLOWING_STEADILY = Duration.ofSeconds(3);
  private static final Duration READING = Duration.ofMillis(5);

  private final KafkaSettings settings;
  private final Admin admin;
  private final AtomicLong made = new AtomicLong();
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Does not wait for the cluster to be there ({@link ClusterCheck} asks whether it is).
   *
   * @throws BusException if the settings cannot be used: a certificate cannot be read, no address
   *     is known
   */
  public KafkaBus(KafkaSettings settings) {
    this.settings = settings;
    try {
      this.admin = Admin.create(settings.admin("millrace-admin"));
    } catch (KafkaException e) {
      throw Wire.failure(settings.name(), e);
    }
  }

  @Override
  public int partitions(String topic) {
    try {
      return count(topic).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BusException reason) {
        throw reason;
      }
      throw e;
    }
  }

  @Override
  public Appender appender(String name) {
    return opened(new KafkaAppender(clientId(name), settings, open::remove));
  }

  @Override
  public Follower follower(String name) {
    return opened(new KafkaFollower(clientId(name), settings, FOLLOWING, open::remove));
  }

  @Override
  public Follower steadyFollower(String name) {
    return opened(new KafkaFollower(clientId(name), settings, FOLLOWING_STEADILY, open::remove));
  }

  @Override
  public Follower reader(String name) {
    return opened(new KafkaFollower(clientId(name), settings, READING, open::remove));
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    return count(partition.topic())
        .thenCompose(
            count -> {
              if (partition.partition() >= count) {
                throw new BusException("there is no " + partition, null);
              }
              return offset(partition, OffsetSpec.earliest())
                  .thenCombine(offset(partition, OffsetSpec.latest()), Extent::new);
            });
  }

  @Override
  public CompletionStage<Long> firstSince(TopicPartition partition, Instant time) {
    // In this order: what is appended in between was appended later.
    return extent(partition)
        .thenCompose(
            extent ->
                offset(partition, OffsetSpec.forTimestamp(time.toEpochMilli()))
                    .thenApply(found -> found < 0 ? extent.end() : found));
  }

  @Override
  public CompletionStage<Void> trim(TopicPartition partition, long before) {
    var key = Wire.partition(partition);
    var options = new DeleteRecordsOptions().timeoutMs(TIMEOUT_MS);
    return admin
        .deleteRecords(Map.of(key, RecordsToDelete.beforeOffset(before)), options)
        .all()
        .toCompletionStage()
        .exceptionallyCompose(e -> failed("cannot delete old records of " + partition, e));
  }

  @Override
  public CompletionStage<Void> contact() {
    var options = new DescribeClusterOptions().timeoutMs(CONTACT_MS);
    return admin
        .describeCluster(options)
        .clusterId()
        .toCompletionStage()
        .<Void>thenApply(_ -> null)
        .exceptionallyCompose(e -> failed("no broker answers", e));
  }

  @Override
  public void close() {
    closed = true;
    // Followers first: a thread that polls one must not find its appenders gone and call that news.
    open.stream().filter(Follower.class::isInstance).toList().forEach(KafkaBus::close);
    open.stream().toList().forEach(KafkaBus::close);
    admin.close(Duration.ZERO);
  }

  private CompletionStage<Integer> count(String topic) {
    var known = partitions.get(topic);
    if (known != null) {
      return CompletableFuture.completedStage(known);
    }
    var options = new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS);
    return admin
        .describeTopics(List.of(topic), options)
        .allTopicNames()
        .toCompletionStage()
        .thenApply(
            described -> {
              int count = requireNonNull(described.get(topic)).partitions().size();
              partitions.put(topic, count);
              return count;
            })
        .exceptionallyCompose(e -> failed(settings.name() + ": cannot describe topic " + topic, e));
  }

  private CompletionStage<Long> offset(TopicPartition partition, OffsetSpec spec) {
    var key = Wire.partition(partition);
    var options = new ListOffsetsOptions().timeoutMs(TIMEOUT_MS);
    return admin
        .listOffsets(Map.of(key, spec), options)
        .partitionResult(key)
        .toCompletionStage()
        .thenApply(ListOffsetsResultInfo::offset)
        .exceptionallyCompose(e -> failed("cannot ask for the extent of " + partition, e));
  }

  private static <T> CompletionStage<T> failed(String message, Throwable e) {
    return CompletableFuture.failedStage(Wire.failure(message, e));
  }

  private String clientId(String name) {
    return name + "-" + made.incrementAndGet();
  }

  private <T extends AutoCloseable> T opened(T client) {
    open.add(client);
    if (closed) {
      close(client);
      throw new BusException("the bus is closed", null);
    }
    return client;
  }

  private static void close(AutoCloseable client) {
    switch (client) {
      case Appender appender -> appender.close();
      case Follower follower -> follower.close();
      default -> throw new IllegalStateException("not made here: " + client);
    }
  }
}
