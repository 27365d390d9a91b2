package dev.millrace.bus.kafka;

import static dev.millrace.bus.kafka.Right.Operation.ALTER;
import static dev.millrace.bus.kafka.Right.Operation.ALTER_CONFIGS;
import static dev.millrace.bus.kafka.Right.Operation.CREATE;
import static dev.millrace.bus.kafka.Right.Operation.DELETE;
import static dev.millrace.bus.kafka.Right.Operation.DESCRIBE;
import static dev.millrace.bus.kafka.Right.Operation.READ;
import static dev.millrace.bus.kafka.Right.Operation.WRITE;

import dev.millrace.bus.kafka.Right.OnCluster;
import dev.millrace.bus.kafka.Right.OnTopic;
import dev.millrace.bus.kafka.Right.Operation;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rights that each user of a cluster needs, and no others. */
public final class Rights {
  private Rights() {}

  /** What the user may do, by topic in the order of {@link Topics#all}. */
  public static List<Right> of(ClusterUser user) {
    return switch (user) {
      case GATEWAY ->
          List.of(
              on(Topics.RUN_COMMANDS, WRITE),
              on(Topics.RUN_EVENTS, READ),
              on(Topics.CONFIG_EVENTS, READ),
              on(Topics.INCOMING_DELIVERIES, READ, WRITE));
      case CONFIGSTORE ->
          List.of(
              on(Topics.CONFIG_COMMANDS, READ, WRITE),
              on(Topics.CONFIG_EVENTS, READ, WRITE),
              on(Topics.DEAD_LETTERS, WRITE));
      case RUNSERVICE ->
          List.of(
              on(Topics.RUN_COMMANDS, READ, WRITE),
              on(Topics.RUN_EVENTS, READ, WRITE),
              on(Topics.ASSIGNMENTS, WRITE),
              on(Topics.TASK_LOGS, READ),
              on(Topics.DEAD_LETTERS, WRITE));
      case SCHEDULER ->
          List.of(
              on(Topics.RUN_COMMANDS, WRITE),
              on(Topics.RUN_EVENTS, READ),
              on(Topics.EXECUTOR_STATUS, READ));
      case EXECUTOR ->
          List.of(
              on(Topics.RUN_COMMANDS, WRITE),
              on(Topics.ASSIGNMENTS, READ),
              on(Topics.EXECUTOR_STATUS, WRITE),
              on(Topics.TASK_LOGS, WRITE));
      // It reads no command, but deletes those that checkpoints cover.
      case DATAMANAGER ->
          List.of(
              on(Topics.RUN_COMMANDS, DELETE),
              on(Topics.RUN_EVENTS, READ, DELETE),
              on(Topics.CONFIG_COMMANDS, DELETE),
              on(Topics.CONFIG_EVENTS, READ, DELETE),
              on(Topics.INCOMING_DELIVERIES, READ, DELETE),
              on(Topics.TASK_LOGS, READ, DELETE));
      case PUBLISHER -> List.of(on(Topics.RUN_COMMANDS, WRITE), on(Topics.RUN_EVENTS, READ));
      case READER -> List.of(on(Topics.RUN_EVENTS, READ));
      case ADMIN ->
          Stream.concat(
                  Stream.of(new OnCluster(Set.of(ALTER))),
                  Topics.all().stream().map(topic -> on(topic, CREATE, DESCRIBE, ALTER_CONFIGS)))
              .toList();
    };
  }

  /** The topics with which the user has anything to do, and which it may describe. */
  public static List<Topic> topics(ClusterUser user) {
    return of(user).stream()
        .flatMap(right -> right instanceof OnTopic(var topic, _) ? Stream.of(topic) : Stream.of())
        .toList();
  }

  private static Right on(Topic topic, Operation... operations) {
    return new OnTopic(topic, Set.of(operations));
  }
}
