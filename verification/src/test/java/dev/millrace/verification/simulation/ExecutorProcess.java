package dev.millrace.verification.simulation;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Json;
import dev.millrace.events.Outcome;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.TaskOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One life of an executor whose tasks take a while and do nothing. */
final class ExecutorProcess extends SimulatedProcess {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration KILL = Duration.ofMillis(500);
  private static final int SLOTS = 3;

  private final World world;
  final ExecutorRef ref;
  private final Follower assignments;
  private final Appender status;
  private final CommandPublisher<RunCommand> reports;
  private final Set<AttemptRef> claiming = new HashSet<>();
  private final Map<AttemptRef, Long> running = new HashMap<>();
  private final Map<AttemptRef, Long> ended = new HashMap<>();
  private long leaseUntil = Long.MIN_VALUE;
  private long nextSign;

  ExecutorProcess(World world, String id, int life) {
    super(world.broker, id + "-" + life);
    this.world = world;
    this.ref = new ExecutorRef(new ExecutorId(id), ExecutorRef.incarnation(life, "x"));
    this.assignments = bus.follower(name);
    this.status = bus.appender(name);
    this.reports = new CommandPublisher<>(bus, Ledgers.RUNS, name);
    for (int p = 0; p < World.PARTITIONS; p++) {
      var partition = new TopicPartition(Topics.ASSIGNMENTS.name(), p);
      assignments.assign(partition, broker.log(partition).extent().end());
    }
  }

  @Override
  void step() {
    long now = broker.time.nanos();
    for (LogRecord record : assignments.poll(Duration.ZERO)) {
      Assignment told = Json.read(record.value(), Assignment.class);
      if (told.executor().equals(ref)) {
        take(told);
      }
    }
    if (now >= nextSign) {
      sign(now);
    }
    if (now > leaseUntil) {
      // Its lease is over: it has ended them itself, and says so as soon as it can.
      running.keySet().forEach(attempt -> ended.put(attempt, 0L));
      running.clear();
    }
    work(now);
  }

  private void take(Assignment told) {
    AttemptRef attempt = told.attempt();
    switch (told.kind()) {
      case stop -> {
        if (running.remove(attempt) != null) {
          ended.put(attempt, 0L);
        }
      }
      case start -> {
        boolean known =
            running.containsKey(attempt)
                || ended.containsKey(attempt)
                || claiming.contains(attempt);
        if (!known && running.size() + claiming.size() >= SLOTS) {
          publish(new RunCommand.UnassignTask(attempt, ref, "no slot is free"));
        } else if (!known) {
          claiming.add(attempt);
          world.clients.ask(
              new RunCommand.ClaimTask(attempt, ref),
              Actor.executor(ref.id()),
              answer -> claimed(attempt, answer));
        }
      }
    }
  }

  private void claimed(AttemptRef attempt, Answer answer) {
    claiming.remove(attempt);
    if (answer.outcome() instanceof Outcome.Rejected r && r.code() == Outcome.Code.EXPIRED) {
      // Nobody can tell whether the attempt is claimed: if it is, then it ends like this.
      ended.put(attempt, 0L);
    }
    if (alive && answer.outcome() instanceof Outcome.Accepted) {
      int partition = Partitions.of(attempt.run().root().toString(), World.PARTITIONS);
      var oracle = world.oracles[partition];
      if (!world.mayForget(partition) && !oracle.lanes.ended(attempt)) {
        Violation.unless(
            oracle.lanes.claimed(attempt, ref), "%s runs %s without its claim", ref, attempt);
      }
      broker.chaos.tally.count("attempt runs");
      running.put(
          attempt, broker.time.nanos() + Duration.ofMillis(broker.chaos.upTo(800)).toNanos());
    }
  }

  private void sign(long now) {
    nextSign = now + Duration.ofMillis(500).toNanos();
    var told =
        new ExecutorStatus(
            ref,
            timing().wall().instant(),
            LEASE,
            KILL,
            SLOTS,
            List.copyOf(running.keySet()),
            "default",
            "any",
            Map.of(),
            List.of("dummy"),
            false);
    int partition = Partitions.of(ref.id().value(), World.PARTITIONS);
    var to = new TopicPartition(Topics.EXECUTOR_STATUS.name(), partition);
    var _ =
        status
            .append(to, ref.id().value(), Json.write(told))
            .whenComplete(
                (_, failure) -> {
                  if (failure == null) {
                    leaseUntil = Math.max(leaseUntil, now + LEASE.toNanos());
                  }
                })
            .exceptionally(_ -> null);
  }

  private void work(long now) {
    for (Iterator<Map.Entry<AttemptRef, Long>> i = running.entrySet().iterator(); i.hasNext(); ) {
      var each = i.next();
      if (each.getValue() <= now) {
        ended.put(each.getKey(), 0L);
        i.remove();
      }
    }
    // Told until it is on the ledger.
    for (var each : ended.entrySet()) {
      AttemptRef attempt = each.getKey();
      var oracle = world.oracles[Partitions.of(attempt.run().root().toString(), World.PARTITIONS)];
      if (!oracle.lanes.ended(attempt) && each.getValue() <= now) {
        each.setValue(now + Duration.ofSeconds(1).toNanos());
        publish(
            new RunCommand.ReportTask(
                attempt,
                ref,
                List.of(),
                new RunCommand.TaskEnd(
                    attempt.toString().hashCode() % 4 == 0
                        ? TaskOutcome.failure
                        : TaskOutcome.success,
                    "")));
      }
    }
  }

  private void publish(RunCommand body) {
    var _ =
        reports
            .publish(
                new Command<>(
                    new CommandId(world.id()),
                    timing().wall().instant(),
                    Actor.executor(ref.id()),
                    false,
                    null,
                    body))
            .exceptionally(_ -> null);
  }
}
