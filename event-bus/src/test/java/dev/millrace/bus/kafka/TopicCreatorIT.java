package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.BusException;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Kind;
import dev.millrace.events.Topics.Topic;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class TopicCreatorIT {
  private static final Set<Kind> TRUTH = EnumSet.of(Kind.LEDGER, Kind.COMMANDS, Kind.DELIVERIES);
  private static final String FOUR_MIB = "4194304";

  private EmbeddedBroker broker;
  private Admin admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    broker = EmbeddedBroker.start(Brokers.settings(directory));
    admin = Admin.create(broker.clients().admin("test"));
    TopicCreator.create(broker.clients(), TopicPlan.embedded(4));
  }

  @AfterAll
  void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void everyTopicIsThereAndOnlyTheConfigurationHasOnePartition() {
    try (var bus = new KafkaBus(broker.clients())) {
      for (var topic : Topics.all()) {
        int expected = topic.name().startsWith("config-") ? 1 : 4;
        assertThat(bus.partitions(topic.name())).as(topic.name()).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatIsTrueIsKeptForeverAndOnDiskBeforeItIsAcknowledged() throws Exception {
    var truth = Topics.all().stream().filter(t -> TRUTH.contains(t.kind())).toList();
    assertThat(truth).hasSize(5);
    for (var topic : truth) {
      assertThat(settings(topic.name()))
          .as(topic.name())
          .containsEntry("retention.ms", "-1")
          .containsEntry("retention.bytes", "-1")
          .containsEntry("cleanup.policy", "delete")
          .containsEntry("flush.messages", "1");
    }
  }

  @Test
  void everyTopicHasTheBrokersTimeRoomForADecisionAndNoUncleanLeader() throws Exception {
    for (var topic : Topics.all()) {
      assertThat(settings(topic.name()))
          .as(topic.name())
          .containsEntry("message.timestamp.type", "LogAppendTime")
          .containsEntry("max.message.bytes", FOUR_MIB)
          .containsEntry("min.insync.replicas", "1")
          .containsEntry("unclean.leader.election.enable", "false");
    }
  }

  @Test
  void signalsAreForgottenAndLogsAreNot() throws Exception {
    assertThat(settings("executor-status")).containsEntry("retention.ms", "3600000");
    assertThat(settings("assignments")).containsEntry("retention.ms", "3600000");
    assertThat(settings("dead-letters")).containsEntry("retention.ms", "2592000000");
    assertThat(settings("task-logs"))
        .containsEntry("retention.ms", "-1")
        .doesNotContainEntry("flush.messages", "1");
  }

  @Test
  void theClusterHasTheFeatureThatKeepsLeadersWhole() throws Exception {
    var levels = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

    assertThat(Objects.requireNonNull(levels.get("eligible.leader.replicas.version")))
        .satisfies(level -> assertThat(level.maxVersionLevel()).isEqualTo((short) 1));
  }

  @Test
  void topicsThatAreThereAsPlannedAreLeftAlone() {
    TopicCreator.create(broker.clients(), TopicPlan.embedded(4));
  }

  @Test
  void anotherNumberOfPartitionsIsRefused() {
    assertThatExceptionOfType(BusException.class)
        .isThrownBy(() -> TopicCreator.create(broker.clients(), TopicPlan.embedded(8)))
        .withMessage(
            "topic run-commands has 4 partitions, but 8 are configured:"
                + " the number is fixed when the topic is made");
  }

  @Test
  void aLedgerThatTooFewBrokersKeepIsRefused() {
    assertThatExceptionOfType(BusException.class)
        .isThrownBy(() -> TopicCreator.create(broker.clients(), TopicPlan.cluster(4)))
        .withMessage("topic run-commands is kept by 1 brokers instead of 3");
  }

  @Test
  void aLedgerThatWouldForgetIsRefused() throws Exception {
    var forgetful = new Topic("forgetful", Kind.LEDGER);
    admin
        .createTopics(
            List.of(
                new NewTopic("forgetful", 4, (short) 1).configs(Map.of("retention.ms", "60000"))))
        .all()
        .get();

    assertThatExceptionOfType(BusException.class)
        .isThrownBy(
            () -> TopicCreator.create(broker.clients(), TopicPlan.embedded(4), List.of(forgetful)))
        .withMessageStartingWith("topic forgetful would not keep what it must")
        .withMessageContaining("retention.ms=60000 instead of -1");
  }

  @Test
  void theDiskIsFreedInSmallPieces() throws Exception {
    for (var topic : Topics.all()) {
      assertThat(settings(topic.name()))
          .as(topic.name())
          .containsEntry("segment.bytes", "16777216");
    }
  }

  /** The broker tells of a change a moment after it was asked for it. */
  private void awaitSetting(String topic, String name, String value) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!value.equals(settings(topic).get(name))) {
      assertThat(System.nanoTime()).as("%s of %s", name, topic).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void aTopicOfAnEarlierBuildGetsTheSizeOfSegmentsUnlessSomebodyHasChosenOne() throws Exception {
    var plan = new TopicPlan(4, (short) 1, 1, false, 32 << 20);
    var earlier = new Topic("earlier", Kind.LOGS);
    var chosen = new Topic("chosen", Kind.LOGS);
    admin
        .createTopics(
            List.of(
                new NewTopic("earlier", 4, (short) 1),
                new NewTopic("chosen", 4, (short) 1).configs(Map.of("segment.bytes", "1048576"))))
        .all()
        .get();

    for (int start = 0; start < 2; start++) {
      TopicCreator.create(broker.clients(), plan, List.of(earlier, chosen));
    }
    awaitSetting("earlier", "segment.bytes", "33554432");
    assertThat(settings("chosen")).containsEntry("segment.bytes", "1048576");
  }

  private Map<String, String> settings(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    var settings = new TreeMap<String, String>();
    Objects.requireNonNull(config).entries().forEach(e -> settings.put(e.name(), e.value()));
    return settings;
  }
}
