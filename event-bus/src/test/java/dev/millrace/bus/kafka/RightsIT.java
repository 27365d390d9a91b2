package dev.millrace.bus.kafka;

import static dev.millrace.bus.kafka.RightsTest.may;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Login.Mechanism;
import dev.millrace.bus.kafka.Right.Operation;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Kind;
import dev.millrace.events.Topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real broker makes of the rights: all that is named may be done, and nothing else. */
final class RightsIT {
  private static final Map<ClusterUser, String> NAMES =
      Arrays.stream(ClusterUser.values())
          .collect(Collectors.toMap(user -> user, user -> "ci-" + user.word()));

  @TempDir private static Path shared;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(shared.resolve("kafka"), TestCertificates.make(shared, "ca"));
    for (var user : ClusterUser.values()) {
      broker.know(Mechanism.SCRAM_SHA_512, credentials(user));
    }
    assertThat(AccessControl.give(broker.owner(), NAMES).given()).isPositive();
    TopicCreator.create(as(ClusterUser.ADMIN), TopicPlan.embedded(1));
    try (var bus = new KafkaBus(broker.owner())) {
      for (var topic : Topics.all()) {
        Brokers.append(bus, first(topic), "there");
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void aUserMayDoWhatIsNamedAndNothingElse(ClusterUser user) throws Exception {
    try (var bus = new KafkaBus(as(user))) {
      for (var topic : Topics.all()) {
        tried(user, Operation.WRITE, topic, () -> Brokers.append(bus, first(topic), "written"));
        tried(user, Operation.READ, topic, () -> readOne(bus, topic));
        tried(user, Operation.DELETE, topic, () -> trim(bus, topic));
      }
    }
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void tried(ClusterUser user, Operation operation, Topic topic, Attempt attempt) {
    var refused = false;
    try {
      attempt.run();
    } catch (Exception e) {
      assertThat(e)
          .as("%s %s %s", user, operation, topic)
          .hasRootCauseInstanceOf(AuthorizationException.class);
      refused = true;
    }
    assertThat(!refused)
        .as("%s %s %s is allowed", user, operation, topic)
        .isEqualTo(may(user, operation, topic));
  }

  private static void readOne(KafkaBus bus, Topic topic) {
    try (var follower = bus.follower("test")) {
      follower.assign(first(topic), 0);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (follower.poll(Duration.ofSeconds(1)).isEmpty()) {
        assertThat(System.nanoTime()).as("record of %s", topic).isLessThan(deadline);
      }
    }
  }

  /** Deletes nothing, which needs the right all the same. */
  private static void trim(KafkaBus bus, Topic topic) throws Exception {
    bus.trim(first(topic), 0).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ADMIN")
  void nobodyElseMakesTopicsOrGivesRights(ClusterUser user) throws Exception {
    try (var admin = Admin.create(as(user).admin("test"))) {
      var topic = new NewTopic("dead-letters", 1, (short) 1);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> admin.createTopics(List.of(topic)).all().get())
          .withCauseInstanceOf(AuthorizationException.class);
    }
    assertThatExceptionOfType(BusException.class)
        .isThrownBy(() -> AccessControl.give(as(user), NAMES))
        .withMessageStartingWith("cannot give rights at ")
        .withCauseInstanceOf(AuthorizationException.class);
  }

  @Test
  void whoIsAdministratorCanDoAllThatAgainAndChangesNothing() {
    TopicCreator.create(as(ClusterUser.ADMIN), TopicPlan.embedded(1));
    assertThat(AccessControl.give(as(ClusterUser.ADMIN), NAMES))
        .isEqualTo(new AccessControl.Outcome(0, List.of()));
  }

  @Test
  void whoIsAdministratorMakesNoOtherTopics() {
    var other = new Topic("other", Kind.SIGNALS);
    assertThatExceptionOfType(BusException.class)
        .isThrownBy(
            () -> TopicCreator.create(as(ClusterUser.ADMIN), TopicPlan.embedded(1), List.of(other)))
        .withCauseInstanceOf(AuthorizationException.class);
  }

  @Test
  void aRightThatNobodyNeedsIsToldAndStays() {
    var two = Map.of(ClusterUser.READER, "both", ClusterUser.EXECUTOR, "both");
    assertThat(AccessControl.give(broker.owner(), two))
        .isEqualTo(new AccessControl.Outcome(5, List.of()));
    for (int again = 0; again < 2; again++) {
      assertThat(AccessControl.give(broker.owner(), Map.of(ClusterUser.EXECUTOR, "both")))
          .isEqualTo(
              new AccessControl.Outcome(0, List.of("User:both: allow read on topic run-events")));
    }
  }

  private static KafkaSettings as(ClusterUser user) {
    return broker.by(Mechanism.SCRAM_SHA_512, credentials(user));
  }

  private static Credentials credentials(ClusterUser user) {
    return new Credentials(Objects.requireNonNull(NAMES.get(user)), "of " + user);
  }

  private static TopicPartition first(Topic topic) {
    return new TopicPartition(topic.name(), 0);
  }
}
