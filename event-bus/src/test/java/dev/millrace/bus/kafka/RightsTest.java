package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.kafka.Right.Operation;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RightsTest {

  @Test
  void onlyAnAuthorityWritesItsLedger() {
    assertThat(who(Operation.WRITE, Topics.RUN_EVENTS)).containsExactly(ClusterUser.RUNSERVICE);
    assertThat(who(Operation.WRITE, Topics.CONFIG_EVENTS)).containsExactly(ClusterUser.CONFIGSTORE);
  }

  @Test
  void onlyTheRunAuthorityAssignsAndOnlyExecutorsSpeakForThemselves() {
    assertThat(who(Operation.WRITE, Topics.ASSIGNMENTS)).containsExactly(ClusterUser.RUNSERVICE);
    assertThat(who(Operation.WRITE, Topics.EXECUTOR_STATUS)).containsExactly(ClusterUser.EXECUTOR);
    assertThat(who(Operation.WRITE, Topics.TASK_LOGS)).containsExactly(ClusterUser.EXECUTOR);
    assertThat(who(Operation.WRITE, Topics.INCOMING_DELIVERIES))
        .containsExactly(ClusterUser.GATEWAY);
  }

  @Test
  void whatIsAskedOfTheConfigurationIsReadAndAskedByTheConfigstoreAlone() {
    assertThat(who(Operation.READ, Topics.CONFIG_COMMANDS))
        .containsExactly(ClusterUser.CONFIGSTORE);
    assertThat(who(Operation.WRITE, Topics.CONFIG_COMMANDS))
        .containsExactly(ClusterUser.CONFIGSTORE);
  }

  @Test
  void onlyTheDatamanagerDeletesAndNothingThatItDoesNotTrim() {
    for (var topic : Topics.all()) {
      var trimmed =
          switch (topic.kind()) {
            case LEDGER, COMMANDS, DELIVERIES, LOGS -> true;
            case SIGNALS -> false;
          };
      assertThat(who(Operation.DELETE, topic))
          .as(topic.name())
          .isEqualTo(trimmed ? List.of(ClusterUser.DATAMANAGER) : List.of());
    }
  }

  @Test
  void onlyTheAdministratorMakesTopicsAndGivesRights() {
    for (var user : ClusterUser.values()) {
      var operations = Rights.of(user).stream().flatMap(right -> right.operations().stream());
      assertThat(operations.anyMatch(RightsTest::isAdministration))
          .as(user.word())
          .isEqualTo(user == ClusterUser.ADMIN);
    }
    assertThat(Rights.of(ClusterUser.ADMIN))
        .noneMatch(right -> right.operations().contains(Operation.WRITE));
  }

  private static boolean isAdministration(Operation operation) {
    return switch (operation) {
      case CREATE, ALTER, ALTER_CONFIGS -> true;
      case READ, WRITE, DELETE, DESCRIBE -> false;
    };
  }

  private static List<ClusterUser> who(Operation operation, Topic topic) {
    return Arrays.stream(ClusterUser.values())
        .filter(user -> RightsTest.may(user, operation, topic))
        .toList();
  }

  static boolean may(ClusterUser user, Operation operation, Topic topic) {
    return Rights.of(user).stream()
        .anyMatch(
            right ->
                right instanceof Right.OnTopic(var on, var operations)
                    && on.equals(topic)
                    && operations.contains(operation));
  }
}
