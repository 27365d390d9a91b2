package dev.millrace.bus.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.millrace.bus.BusException;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the topics that are missing. One that is there must have the planned number of partitions
 * (keys would change places) and, where it holds truth, the planned replicas and settings; else it
 * is refused. It is given the size of segments if nobody has chosen one for it.
 */
public final class TopicCreator {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(10);

  private TopicCreator() {}

  /** Blocks until all topics are there; returns how many were not. */
  public static int create(KafkaSettings settings, TopicPlan plan) {
    return create(settings, plan, Topics.all());
  }

  static int create(KafkaSettings settings, TopicPlan plan, Collection<Topic> topics) {
    try (var admin = Admin.create(settings.admin("millrace-topics"))) {
      var existing = admin.listTopics().names().get();
      var missing = topics.stream().filter(t -> !existing.contains(t.name())).toList();
      for (var made :
          admin
              .createTopics(missing.stream().map(t -> newTopic(t, plan)).toList())
              .values()
              .values()) {
        awaitMade(made);
      }
      checkOnceVisible(admin, plan, topics);
      return missing.size();
    } catch (ExecutionException e) {
      throw Wire.failure("cannot make the topics at " + settings.bootstrap(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted while making the topics", e);
    }
  }

  private static NewTopic newTopic(Topic topic, TopicPlan plan) {
    return new NewTopic(topic.name(), plan.partitions(topic), plan.replication())
        .configs(plan.settings(topic));
  }

  // Another instance may start at the same time.
  private static void awaitMade(KafkaFuture<Void> made)
      throws ExecutionException, InterruptedException {
    try {
      made.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  // A topic is made when the controller has it; brokers tell of it a little later.
  private static void checkOnceVisible(Admin admin, TopicPlan plan, Collection<Topic> topics)
      throws ExecutionException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      try {
        check(admin, plan, topics);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - start > VISIBLE_WITHIN.toNanos()) {
          throw e;
        }
      }
      Thread.sleep(Duration.ofMillis(20));
    }
  }

  private static void check(Admin admin, TopicPlan plan, Collection<Topic> topics)
      throws ExecutionException, InterruptedException {
    var names = topics.stream().map(Topic::name).toList();
    var found = admin.describeTopics(names).allTopicNames().get();
    var resources = names.stream().map(TopicCreator::resource).toList();
    var configs = admin.describeConfigs(resources).all().get();
    for (var topic : topics) {
      checkPartitions(topic, plan, requireNonNull(found.get(topic.name())));
      checkSettings(topic, plan, requireNonNull(configs.get(resource(topic.name()))));
    }
    addSettings(admin, plan, topics, configs);
  }

  private static void addSettings(
      Admin admin, TopicPlan plan, Collection<Topic> topics, Map<ConfigResource, Config> found)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (var topic : topics) {
      ConfigResource resource = resource(topic.name());
      Config present = requireNonNull(found.get(resource));
      List<AlterConfigOp> missing =
          plan.added(topic).entrySet().stream()
              .filter(setting -> !isChosen(present.get(setting.getKey())))
              .map(TopicCreator::set)
              .toList();
      if (!missing.isEmpty()) {
        changes.put(resource, missing);
      }
    }
    if (!changes.isEmpty()) {
      admin.incrementalAlterConfigs(changes).all().get();
    }
  }

  private static boolean isChosen(@Nullable ConfigEntry setting) {
    return setting != null && setting.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }

  private static AlterConfigOp set(Map.Entry<String, String> setting) {
    return new AlterConfigOp(
        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET);
  }

  private static void checkPartitions(Topic topic, TopicPlan plan, TopicDescription found) {
    int count = found.partitions().size();
    if (count != plan.partitions(topic)) {
      throw new BusException(
          "topic %s has %d partitions, but %d are configured: the number is fixed when the topic is made"
              .formatted(topic, count, plan.partitions(topic)),
          null);
    }
    int replicas =
        found.partitions().stream().mapToInt(each -> each.replicas().size()).min().orElse(0);
    if (replicas < plan.replication() && !plan.checked(topic).isEmpty()) {
      throw new BusException(
          "topic %s is kept by %d brokers instead of %d"
              .formatted(topic, replicas, plan.replication()),
          null);
    }
  }

  private static void checkSettings(Topic topic, TopicPlan plan, Config found) {
    var wanted = plan.checked(topic);
    var differing =
        found.entries().stream()
            .filter(e -> wanted.containsKey(e.name()) && !wanted.get(e.name()).equals(e.value()))
            .collect(toMap(e -> e.name(), e -> e.value() + " instead of " + wanted.get(e.name())));
    if (!differing.isEmpty()) {
      throw new BusException(
          "topic %s would not keep what it must, it has %s"
              .formatted(topic, text(new TreeMap<>(differing))),
          null);
    }
  }

  private static String text(Map<String, String> differing) {
    return differing.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(joining(", "));
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }
}
