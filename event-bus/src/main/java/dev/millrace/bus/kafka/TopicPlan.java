package dev.millrace.bus.kafka;

import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Kind;
import dev.millrace.events.Topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How the topics are made.
 *
 * @param partitions of every topic but those of the configuration, whose names are unique over
 *     everything and which has one
 * @param flushEachAppend what must be kept is on disk before it is acknowledged; for a broker
 *     without replicas
 * @param segmentBytes of how much the disk is freed at a time
 */
public record TopicPlan(
    int partitions, short replication, int minInSync, boolean flushEachAppend, int segmentBytes) {
  /** Of each topic of a cluster. */
  public static final int REPLICAS = 3;

  private static final int MIB = 1 << 20;

  /** What is a matter of taste; it is set where nobody has chosen it. */
  private static final List<String> UNCHECKED =
      List.of(TopicConfig.SEGMENT_BYTES_CONFIG, TopicConfig.SEGMENT_MS_CONFIG);

  private static final Duration SIGNALS_KEPT = Duration.ofHours(1);
  private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(30);

  /** One broker without replicas. */
  public static TopicPlan embedded(int partitions) {
    return new TopicPlan(partitions, (short) 1, 1, true, 16 * MIB);
  }

  /** Three replicas, two of which have a record before it is acknowledged. */
  public static TopicPlan cluster(int partitions) {
    return new TopicPlan(partitions, (short) REPLICAS, 2, false, 128 * MIB);
  }

  int partitions(Topic topic) {
    boolean configuration =
        topic.equals(Topics.CONFIG_COMMANDS) || topic.equals(Topics.CONFIG_EVENTS);
    return configuration ? 1 : partitions;
  }

  Map<String, String> settings(Topic topic) {
    var settings = new TreeMap<String, String>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "" + KafkaSettings.MAX_RECORD_BYTES);
    settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "" + minInSync);
    settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
    settings.put(TopicConfig.RETENTION_MS_CONFIG, "" + retentionMillis(topic));
    settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, "" + segmentBytes);
    if (topic.kind() == Kind.SIGNALS) {
      // Only whole segments are deleted.
      settings.put(TopicConfig.SEGMENT_MS_CONFIG, "" + SIGNALS_KEPT.toMillis());
    }
    if (flushEachAppend && isTruth(topic)) {
      settings.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
    }
    return settings;
  }

  /** The settings without which the topic is refused; an operator may choose the others. */
  Map<String, String> checked(Topic topic) {
    var settings = settings(topic);
    settings.keySet().removeAll(UNCHECKED);
    return isTruth(topic) ? settings : Map.of();
  }

  /** The settings that a topic is given also later, if nobody has chosen them for it. */
  Map<String, String> added(Topic topic) {
    var settings = settings(topic);
    settings.keySet().retainAll(UNCHECKED);
    return settings;
  }

  private static boolean isTruth(Topic topic) {
    return switch (topic.kind()) {
      case LEDGER, COMMANDS, DELIVERIES -> true;
      case LOGS, SIGNALS -> false;
    };
  }

  private static long retentionMillis(Topic topic) {
    if (topic.equals(Topics.DEAD_LETTERS)) {
      return DEAD_LETTERS_KEPT.toMillis();
    }
    return topic.kind() == Kind.SIGNALS ? SIGNALS_KEPT.toMillis() : -1;
  }
}
