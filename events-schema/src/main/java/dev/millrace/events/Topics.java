package dev.millrace.events;

import java.util.List;

/** Every topic of Millrace. Names are wire names: they never change. */
public final class Topics {
  /** Commands about runs; keyed by root group; anybody with a right to the topic writes. */
  public static final Topic RUN_COMMANDS = new Topic("run-commands", Kind.COMMANDS);

  /** The ledger of runs; only the run authority writes. */
  public static final Topic RUN_EVENTS = new Topic("run-events", Kind.LEDGER);

  /** Commands about configuration. */
  public static final Topic CONFIG_COMMANDS = new Topic("config-commands", Kind.COMMANDS);

  /** The ledger of configuration; only the configstore writes. */
  public static final Topic CONFIG_EVENTS = new Topic("config-events", Kind.LEDGER);

  /** Pushes and webhooks as they came in, keyed by project; the gateway writes and reads. */
  public static final Topic INCOMING_DELIVERIES = new Topic("incoming-deliveries", Kind.DELIVERIES);

  /** What executors have to do, told again when in doubt; keyed by executor. */
  public static final Topic ASSIGNMENTS = new Topic("assignments", Kind.SIGNALS);

  /** Heartbeats of executors; keyed by executor. */
  public static final Topic EXECUTOR_STATUS = new Topic("executor-status", Kind.SIGNALS);

  /** Chunks of output of steps; keyed by run. */
  public static final Topic TASK_LOGS = new Topic("task-logs", Kind.LOGS);

  /** Command records that could not be decided, as they were. */
  public static final Topic DEAD_LETTERS = new Topic("dead-letters", Kind.SIGNALS);

  private static final List<Topic> ALL =
      List.of(
          RUN_COMMANDS,
          RUN_EVENTS,
          CONFIG_COMMANDS,
          CONFIG_EVENTS,
          INCOMING_DELIVERIES,
          ASSIGNMENTS,
          EXECUTOR_STATUS,
          TASK_LOGS,
          DEAD_LETTERS);

  private Topics() {}

  /** How records of a topic must be kept. */
  public enum Kind {
    /** Truth: unlimited retention, on disk before it is acknowledged. */
    LEDGER,
    /** Kept until decided and covered by a checkpoint; on disk before it is acknowledged. */
    COMMANDS,
    /** As commands. */
    DELIVERIES,
    /** Kept until archived. */
    LOGS,
    /** Worth something for a short time only. */
    SIGNALS
  }

  /** A topic's name and how its records are kept. */
  public record Topic(String name, Kind kind) {
    @Override
    public String toString() {
      return name;
    }
  }

  public static List<Topic> all() {
    return ALL;
  }
}
