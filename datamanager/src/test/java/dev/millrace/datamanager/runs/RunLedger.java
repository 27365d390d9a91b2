package dev.millrace.datamanager.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A ledger of runs, written by hand, and what its runs were at their end. */
public final class RunLedger {
  private final String term;
  private final Appender appender;
  private final Bus bus;
  private final int partitions;
  private final List<RootGroup> roots;
  private final long[] n;
  private final Runs[] states;
  private long next;

  /** What has ended and is not deleted, as it was at its end. */
  public final Map<RunId, Run> ended = new LinkedHashMap<>();

  private final Map<RunId, Long> ends = new HashMap<>();

  /** From the first record on. */
  public RunLedger(Bus bus) {
    this(bus, Starts.first(Ledgers.RUNS), 1);
  }

  /** Goes on, as another writer, from where the partitions stand. */
  public RunLedger(Bus bus, Starts<Runs> from, long epoch) {
    this.term = "t" + epoch;
    this.bus = bus;
    this.appender = bus.appender("test");
    this.partitions = bus.partitions(Ledgers.RUNS.events().name());
    this.roots = IntStream.range(0, partitions).mapToObj(this::root).toList();
    this.n = new long[partitions];
    this.states = new Runs[partitions];
    for (int p = 0; p < partitions; p++) {
      n[p] = from.start(p).fold().n();
      states[p] = from.start(p).fold().state();
      append(p, new WriterChanged<>(epoch, term, "test", RunCatalog.LANGUAGE, partitions));
    }
  }

  /** Some project whose runs are in the partition. */
  private RootGroup root(int partition) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> RootGroup.of(new ProjectId("p" + i)))
        .filter(root -> Partitions.of(root.toString(), partitions) == partition)
        .findFirst()
        .orElseThrow();
  }

  /** Runs that are created and end, each in a decision of its own, over all partitions. */
  public void runsEnd(int count) {
    for (int i = 0; i < count; i++) {
      RunId run = create();
      decide(partition(run), new RunEvent.RunCancelled(run));
    }
  }

  /** A run that waits. */
  public RunId create() {
    int p = (int) (next++ % partitions);
    var root = roots.get(p);
    var run = new RunId(root, states[p].root(root).lastNumber() + 1);
    var spec =
        new RunSpec(
            "ci", "/" + root + "/branch/x", Map.of(), List.of(), Map.of(), Map.of(), List.of());
    decide(p, new RunEvent.RunCreated(run, spec));
    return run;
  }

  /** Ends a run that waits. */
  public void cancel(RunId run) {
    decide(partition(run), new RunEvent.RunCancelled(run));
  }

  /** One that has ended. */
  public RunId anyEnded() {
    return ended.keySet().iterator().next();
  }

  /** A run that has ended. */
  public void delete(RunId run) {
    append(partition(run), decided(partition(run), new RunEvent.RunDeleted(run)));
    ended.remove(run);
  }

  /** The delivery of the project at this offset, and all of its before, are answered. */
  public void settle(ProjectId project, long delivery) {
    var root = RootGroup.of(project);
    int p = Partitions.of(root.toString(), partitions);
    write(p, new RunEvent.DeliverySettled(root, delivery, List.of(), "nothing to do"));
  }

  /** What has not ended in the partition. */
  public Runs state(int partition) {
    Runs state = states[partition];
    for (RunId id : ended.keySet()) {
      if (partition(id) == partition) {
        state = RunEvolve.forgetEnded(state, new RunEvent.RunCancelled(id));
      }
    }
    return state;
  }

  /** The offset after the last record of the partition. */
  public long end(int partition) {
    var of = new TopicPartition(Ledgers.RUNS.events().name(), partition);
    return bus.extent(of).toCompletableFuture().join().end();
  }

  /** The offset of the decision that has ended it. */
  public long endOf(RunId run) {
    return Objects.requireNonNull(ends.get(run));
  }

  /** In which partition the run is. */
  public int partition(RunId run) {
    return Partitions.of(run.root().toString(), partitions);
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
        term, n[partition], command(partition), at, Outcome.accepted(), List.of(event));
  }

  /** A command that was decided. */
  private Cause command(int partition) {
    var to = new TopicPartition(Ledgers.RUNS.commands().name(), partition);
    byte[] command = ("command " + n[partition]).getBytes(UTF_8);
    long offset = appender.append(to, null, command).toCompletableFuture().join().offset();
    var crc = new CRC32C();
    crc.update(command);
    return new Cause.OfCommand(offset, null, (int) crc.getValue(), null, false);
  }

  private void append(int partition, LedgerRecord<RunEvent> record) {
    var to = new TopicPartition(Ledgers.RUNS.events().name(), partition);
    appender.append(to, null, Ledgers.RUNS.eventCodec().write(record)).toCompletableFuture().join();
  }
}
