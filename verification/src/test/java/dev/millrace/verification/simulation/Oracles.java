package dev.millrace.verification.simulation;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.events.CommandId;
import dev.millrace.events.Json;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.util.HashSet;
import java.util.Set;

/** One oracle a partition, and what can be seen on the other topics. */
final class Oracles {
  private final SimulatedBroker broker;
  private final Chaos chaos;
  private final LedgerKind<Runs, RunCommand, RunEvent> newest;
  private final Decoded decoded;
  private final PartitionOracle[] partitions = new PartitionOracle[World.PARTITIONS];
  private final Set<Integer> cut = new HashSet<>();

  /**
   * Watches from now on.
   *
   * @param newest reads all that there is
   */
  Oracles(SimulatedBroker broker, LedgerKind<Runs, RunCommand, RunEvent> newest, Decoded decoded) {
    this.broker = broker;
    this.newest = newest;
    this.decoded = decoded;
    this.chaos = broker.chaos;
    for (int p = 0; p < partitions.length; p++) {
      partitions[p] = oracle(p);
    }
    broker.watch(this::landed);
  }

  private PartitionOracle oracle(int partition) {
    return new PartitionOracle(
        newest.eventCodec(),
        decoded,
        broker.log(new TopicPartition(Topics.RUN_COMMANDS.name(), partition)),
        broker.log(new TopicPartition(Topics.INCOMING_DELIVERIES.name(), partition)),
        World.SETTINGS.remembered(),
        chaos,
        broker.time);
  }

  PartitionOracle of(int partition) {
    return partitions[partition];
  }

  PartitionOracle of(RootGroup root) {
    return partitions[partition(root)];
  }

  static int partition(RootGroup root) {
    return Partitions.of(root.toString(), World.PARTITIONS);
  }

  /** Whether its history is not what it was, so that little is promised of it any more. */
  boolean isCut(int partition) {
    return cut.contains(partition);
  }

  boolean isCut(RootGroup root) {
    return cut.contains(partition(root));
  }

  boolean isAnyCut() {
    return !cut.isEmpty();
  }

  /** Nothing is lost, but nobody will go on with any partition. */
  void abandon() {
    for (int p = 0; p < partitions.length; p++) {
      cut.add(p);
    }
  }

  /** The commands of the partition are lost from the offset on. */
  void commandsCut(int partition, long to) {
    cut.add(partition);
    partitions[partition].commandsCut(to);
  }

  /** The ledger of the partition is lost from the offset on: what is left says something else. */
  void ledgerCut(int partition) {
    cut.add(partition);
    PartitionOracle anew = oracle(partition);
    anew.deliveries.lose();
    var ledger = new TopicPartition(Topics.RUN_EVENTS.name(), partition);
    broker.log(ledger).records.values().forEach(anew::landed);
    partitions[partition] = anew;
  }

  private void landed(LogRecord record) {
    String topic = record.source().topic();
    if (topic.equals(Topics.RUN_EVENTS.name())) {
      World.trace(broker, record);
      if (record.source().partition() < partitions.length) {
        partitions[record.source().partition()].landed(record);
      }
    } else if (topic.equals(Topics.EXECUTOR_STATUS.name())) {
      World.trace(broker, record);
    } else if (topic.equals(Topics.ASSIGNMENTS.name())) {
      told(Json.read(record.value(), Assignment.class));
    } else if (topic.equals(Topics.DEAD_LETTERS.name())) {
      deadLetter(record);
    }
  }

  private void deadLetter(LogRecord record) {
    var letter = Json.mapper().readTree(record.value());
    int p = letter.get("partition").intValue();
    if (!cut.contains(p)) {
      Long of = partitions[p].decisions.get(letter.get("n").longValue());
      Violation.unless(
          of != null && of == letter.get("offset").longValue(), "a dead letter of %s", letter);
      chaos.tally.count("dead letter");
    }
  }

  private void told(Assignment told) {
    int p = partition(told.attempt().run().root());
    if (cut.contains(p)) {
      return;
    }
    Violation.unless(told.partition() == p, "%s is of partition %d", told, p);
    Violation.unless(
        told.n() <= partitions[p].n
            && partitions[p].lanes.assigned(told.attempt(), told.executor()),
        "%s was told, but not decided",
        told);
    chaos.tally.count("assignment told");
  }

  /** Every answer is the first decision on its id, or that nobody can tell any more. */
  void checkAnswer(CommandId id, RootGroup root, Answer answer) {
    chaos.tally.count("answered");
    boolean expired = answer.outcome() instanceof Outcome.Rejected r && r.code() == Code.EXPIRED;
    if (!isCut(root)) {
      Outcome first = of(root).first.get(id);
      Violation.unless(
          expired || answer.outcome().equals(first),
          "%s was answered %s, but decided %s",
          id,
          answer.outcome(),
          first);
    }
  }

  /** Who stamps a repeat anew has made another command, once the id was forgotten. */
  void checkRestampedAnswer(CommandId id, RootGroup root, Answer answer) {
    chaos.tally.count("claim answered");
    if (!isCut(root) && answer.n() > 0) {
      Violation.unless(
          of(root).all.getOrDefault(id, Set.of()).contains(answer.outcome()),
          "%s was answered %s, which was never decided",
          id,
          answer.outcome());
    }
  }
}
