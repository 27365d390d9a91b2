package dev.millrace.datamanager;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Partitions;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A ledger of runs, written by hand, and what its runs were at their end. */
final class RunLedger {
  private static final String TERM = "t1";
  private final Appender appender;
  private final int partitions;
  private final long[] n;
  private final Runs[] states;
  private long next;
  final Map<RunId, Run> ended = new LinkedHashMap<>();
  private final Map<RunId, Long> ends = new HashMap<>();

  RunLedger(Bus bus) {
    this.appender = bus.appender("test");
    this.partitions = bus.partitions(Ledgers.RUNS.events().name());
    this.n = new long[partitions];
    this.states = new Runs[partitions];
    for (int p = 0; p < partitions; p++) {
      states[p] = Runs.EMPTY;
      append(p, new WriterChanged<>(1, TERM, "test", RunCatalog.LANGUAGE, partitions));
    }
  }

  /** Runs that are created and end, each in a decision of its own, over all partitions. */
  void runsEnd(int count) {
    for (int i = 0; i < count; i++) {
      RunId run = create();
      decide(partition(run), new RunEvent.RunCancelled(run));
    }
  }

  /** A run that waits. */
  RunId create() {
    int p = (int) (next++ % partitions);
    var root = RootGroup.of(new ProjectId("p" + p));
    var run = new RunId(root, states[p].root(root).lastNumber() + 1);
    var spec =
        new RunSpec(
            "ci", "/" + root + "/branch/x", Map.of(), List.of(), Map.of(), Map.of(), List.of());
    decide(p, new RunEvent.RunCreated(run, spec));
    return run;
  }

  /** One that has ended. */
  RunId anyEnded() {
    return ended.keySet().iterator().next();
  }

  /** A run that has ended. */
  void delete(RunId run) {
    append(partition(run), decided(partition(run), new RunEvent.RunDeleted(run)));
    ended.remove(run);
  }

  /** The delivery of the project at this offset, and all of its before, are answered. */
  void settle(ProjectId project, long delivery) {
    var root = RootGroup.of(project);
    int p = Partitions.of(root.toString(), partitions);
    write(p, new RunEvent.DeliverySettled(root, delivery, List.of(), "nothing to do"));
  }

  /** What has not ended in the partition. */
  Runs state(int partition) {
    Runs state = states[partition];
    for (RunId id : ended.keySet()) {
      if (partition(id) == partition) {
        state = RunEvolve.forgetEnded(state, new RunEvent.RunCancelled(id));
      }
    }
    return state;
  }

  /** The offset after the last record of the partition. */
  long end(int partition) {
    return n[partition] + 1;
  }

  /** The offset of the decision that has ended it. */
  long endOf(RunId run) {
    return Objects.requireNonNull(ends.get(run));
  }

  int partition(RunId run) {
    return Integer.parseInt(run.root().toString().substring("project/p".length()));
  }

  private void decide(int partition, RunEvent.OfRun event) {
    write(partition, event);
    Run run = Objects.requireNonNull(states[partition].run(event.run()));
    if (run.phase().ended()) {
      ended.put(run.id(), run);
      ends.put(run.id(), n[partition]);
    }
  }

  private void write(int partition, RunEvent event) {
    append(partition, decided(partition, event));
    Instant at = Instant.ofEpochMilli(next);
    states[partition] = RunEvolve.evolve(states[partition], at, event);
  }

  private Decided<RunEvent> decided(int partition, RunEvent event) {
    Instant at = Instant.ofEpochMilli(next);
    n[partition]++;
    return new Decided<>(
        TERM, n[partition], new Cause.OfTick("test", at), at, Outcome.accepted(), List.of(event));
  }

  private void append(int partition, LedgerRecord<RunEvent> record) {
    var to = new TopicPartition(Ledgers.RUNS.events().name(), partition);
    appender.append(to, null, Ledgers.RUNS.eventCodec().write(record)).toCompletableFuture().join();
  }
}
