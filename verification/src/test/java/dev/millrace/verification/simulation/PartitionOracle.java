package dev.millrace.verification.simulation;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Fold;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What one partition of the ledger says, worked out apart from the deployed classes, record by
 * record as they land; and the promises that can be seen from it.
 */
final class PartitionOracle {
  private final SimulatedLog commands;
  private final int capacity;
  private final Chaos chaos;
  private final Map<CommandId, Known> known = new LinkedHashMap<>();
  private final Set<CommandId> effective = new HashSet<>();
  private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
  final Map<CommandId, Outcome> first = new HashMap<>();
  final Map<Long, Long> decisions = new HashMap<>();
  final Lanes lanes = new Lanes();

  Runs state = Runs.EMPTY;
  long epoch;
  String term = "";
  long n;
  Instant at = Instant.EPOCH;
  long command = -1;
  int checksum;
  private Instant floor = Instant.MIN;
  private int barren;
  private boolean decidedOnesLost;
  private boolean mustBeStopped;
  private Set<RunId> touched = Set.of();

  private record Known(Instant made, Outcome outcome, long n) {}

  private record Snapshot(
      Runs state,
      long epoch,
      String term,
      long n,
      Instant at,
      long command,
      int checksum,
      Map<CommandId, Known> known,
      Instant floor,
      int barren,
      Set<RunId> touched) {}

  PartitionOracle(SimulatedLog commands, int capacity, Chaos chaos) {
    this.commands = commands;
    this.capacity = capacity;
    this.chaos = chaos;
  }

  /** The tail of the commands is lost. */
  void commandsCut(long to) {
    decidedOnesLost |= command >= to;
  }

  /** A record of the ledger landed. */
  void landed(LogRecord record) {
    touched = new HashSet<>();
    LedgerRecord<RunEvent> read = Ledgers.RUNS.eventCodec().read(record.value());
    switch (read) {
      case WriterChanged<RunEvent> w when w.epoch() > epoch -> {
        epoch = w.epoch();
        term = w.term();
        barren++;
        mustBeStopped |= decidedOnesLost;
      }
      case WriterChanged<RunEvent> _ -> chaos.tally.count(Fault.WRITER_CHANGED_BEHIND_A_HIGHER_ONE);
      case Decided<RunEvent> d when epoch > 0 && d.term().equals(term) && d.n() == n + 1 ->
          decided(d);
      case Decided<RunEvent> _ -> chaos.tally.count("record skipped");
    }
    snapshots.put(
        record.offset(),
        new Snapshot(
            state,
            epoch,
            term,
            n,
            at,
            command,
            checksum,
            Map.copyOf(known),
            floor,
            barren,
            touched));
  }

  private void decided(Decided<RunEvent> d) {
    Violation.unless(!d.at().isBefore(at), "time goes back from %s in %s", at, d);
    n = d.n();
    at = d.at();
    for (RunEvent event : d.events()) {
      lanes.take(event);
      if (event instanceof RunEvent.OfRun ofRun) {
        touched.add(ofRun.run());
      }
      state = RunEvolve.evolve(state, at, event);
    }
    if (d.cause() instanceof Cause.OfCommand cause) {
      command(d, cause);
    }
  }

  private void command(Decided<RunEvent> d, Cause.OfCommand cause) {
    Violation.unless(
        !mustBeStopped || isLastThereAgain(),
        "%s was decided though commands before it are lost",
        cause);
    // Of commands that are lost there may still be decisions under way.
    boolean cut = !commands.cuts.isEmpty();
    Long next = commands.records.higherKey(command);
    Violation.unless(
        cut || (next != null && next == cause.offset()),
        "the command after %d is %s, but %d was decided",
        command,
        next,
        cause.offset());
    command = cause.offset();
    checksum = cause.checksum();
    barren = 0;
    decisions.put(d.n(), command);
    LogRecord record = commands.records.get(command);
    Violation.unless(
        cut || (record != null && checksum(record.value()) == checksum), "checksum of %d", command);
    CommandId id = cause.id();
    if (d.outcome() instanceof Rejected rejected) {
      if (rejected.code() == Code.UNDECIDABLE
          && record != null
          && !new String(record.value(), StandardCharsets.UTF_8).contains(Replica.KILLER)) {
        chaos.tally.count("healthy command undecidable");
      }
      chaos.tally.count("rejected " + rejected.code().wire());
    } else {
      chaos.tally.count("accepted");
    }
    if (id == null) {
      return;
    }
    if (cause.remembered() && !d.events().isEmpty()) {
      Violation.unless(effective.add(id), "command %s took effect twice", id);
    }
    if (!(d.outcome() instanceof Rejected r && r.code() == Code.FROM_THE_FUTURE)) {
      first.putIfAbsent(id, d.outcome());
    }
    if (cause.remembered() && cause.made() != null) {
      known.put(id, new Known(cause.made(), d.outcome(), d.n()));
      if (known.size() > capacity) {
        var earliest =
            known.entrySet().stream()
                .min(
                    Comparator.comparing((Map.Entry<CommandId, Known> e) -> e.getValue().made())
                        .thenComparing(e -> e.getKey().value()))
                .orElseThrow();
        known.remove(earliest.getKey());
        Instant made = earliest.getValue().made();
        floor = made.isAfter(floor) ? made : floor;
      }
    }
  }

  // Who asks once more may send the very record that was lost: then nobody can tell, nor needs to.
  private boolean isLastThereAgain() {
    LogRecord last = commands.records.get(command);
    return last != null && checksum(last.value()) == checksum;
  }

  /**
   * Every fold is what the ledger says at its offset.
   *
   * @param since where the same fold was when it was checked before; -1 to compare all of it
   */
  void check(String who, Checkpoint<Runs> at, long since) {
    if (at.offset() < 0) {
      return;
    }
    Snapshot true_ = snapshots.get(at.offset());
    Violation.unless(true_ != null, "%s has read %d, which is not there", who, at.offset());
    if (true_ == null) {
      return;
    }
    Fold<Runs> fold = at.fold();
    Violation.unless(
        fold.n() == true_.n(), "%s: n %d, not %d, at %d", who, fold.n(), true_.n(), at.offset());
    Violation.unless(
        fold.epoch() == true_.epoch() && fold.term().equals(true_.term()),
        "%s: epoch %d, term %s",
        who,
        fold.epoch(),
        fold.term());
    Violation.unless(fold.at().equals(true_.at()), "%s: at %s", who, fold.at());
    Violation.unless(
        fold.command() == true_.command() && fold.checksum() == true_.checksum(),
        "%s: command %d, not %d",
        who,
        fold.command(),
        true_.command());
    Violation.unless(fold.barren() == true_.barren(), "%s: barren %d", who, fold.barren());
    Violation.unless(
        fold.memory().floor().equals(true_.floor())
            && fold.memory().answers().keySet().equals(true_.known().keySet()),
        "%s remembers %s",
        who,
        fold.memory());
    Violation.unless(
        fold.state().roots().keySet().equals(true_.state().roots().keySet())
            && fold.state().active().equals(true_.state().active()),
        "%s: runs differ",
        who);
    if (since < 0 || chaos.chance(0.01)) {
      Violation.unless(fold.state().equals(true_.state()), "%s: state differs", who);
      return;
    }
    for (Snapshot each : snapshots.subMap(since, false, at.offset(), true).values()) {
      for (RunId id : each.touched()) {
        Violation.unless(
            Objects.equals(fold.state().run(id), true_.state().run(id)), "%s: %s differs", who, id);
      }
    }
  }

  boolean has(long offset) {
    return offset < 0 || snapshots.containsKey(offset);
  }

  boolean isAllDecided() {
    return commands.records.higherKey(command) == null;
  }

  private static int checksum(byte[] value) {
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }
}
