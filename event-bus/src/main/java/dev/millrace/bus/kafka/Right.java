package dev.millrace.bus.kafka;

import dev.millrace.events.Topics.Topic;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/** What may be done with something. What follows from it is not named: who writes may describe. */
public sealed interface Right {

  /** Operations on one topic. */
  record OnTopic(Topic topic, Set<Operation> operations) implements Right {
    public OnTopic {
      operations = Set.copyOf(operations);
    }
  }

  /** Operations on the cluster itself. */
  record OnCluster(Set<Operation> operations) implements Right {
    public OnCluster {
      operations = Set.copyOf(operations);
    }
  }

  /** An operation of Kafka's. */
  enum Operation {
    READ(AclOperation.READ, "Read"),
    WRITE(AclOperation.WRITE, "Write"),
    /** Old records, which cannot be told from the right to delete the topic. */
    DELETE(AclOperation.DELETE, "Delete"),
    CREATE(AclOperation.CREATE, "Create"),
    DESCRIBE(AclOperation.DESCRIBE, "Describe"),
    /** Of the cluster: give rights. */
    ALTER(AclOperation.ALTER, "Alter"),
    ALTER_CONFIGS(AclOperation.ALTER_CONFIGS, "AlterConfigs");

    private final AclOperation operation;
    private final String word;

    Operation(AclOperation operation, String word) {
      this.operation = operation;
      this.word = word;
    }

    /** As Kafka's tools call it. */
    public String word() {
      return word;
    }

    AclOperation operation() {
      return operation;
    }
  }

  Set<Operation> operations();

  /** The operations, always in the same order. */
  default List<Operation> sorted() {
    return List.copyOf(EnumSet.copyOf(operations()));
  }

  /** The topic's name; {@code cluster} for the cluster. */
  default String on() {
    return switch (this) {
      case OnTopic(var topic, _) -> topic.name();
      case OnCluster _ -> "cluster";
    };
  }
}
